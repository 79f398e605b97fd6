"""`python -m shuibao` is `shuibao`."""

from shuibao.cli.main import main

raise SystemExit(main())
