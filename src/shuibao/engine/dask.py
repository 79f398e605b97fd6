"""Runs tile tasks on a Dask cluster: the same tasks as on threads, on processes of this or other machines."""

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import shuibao
from shuibao.science.errors import DomainError

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

_RETRIES = 3
_CONNECT_S = 20


class ClusterUnusable(DomainError):
    """A cluster that cannot be reached, has no workers, or would not give the same result."""


@dataclass(frozen=True)
class DaskRunner:
    """Runs tasks on a cluster; at most two per worker thread are under way or waiting.

    A task whose worker died runs again on another one.
    """

    client: Any

    def __call__(self, work: Callable[[Task], Outcome], tasks: Iterable[Task]) -> Iterator[Outcome]:
        """What each task gave, in the order of the tasks. The first error cancels the rest."""
        shared = self.client.scatter(work, broadcast=True, hash=False)
        window = 2 * max(1, sum(self.client.nthreads().values()))
        under_way: deque[Any] = deque()
        try:
            for task in tasks:
                under_way.append(self.client.submit(_call, shared, task, pure=False, retries=_RETRIES))
                if len(under_way) >= window:
                    yield _opened(under_way.popleft().result())
            while under_way:
                yield _opened(under_way.popleft().result())
        finally:
            self.client.cancel(list(under_way))


def _call(work: Callable[[Task], Outcome], task: Task) -> Outcome | DomainError:
    """What the work gave, or what it refused (raised, Dask would retry it and lose its class)."""
    try:
        return work(task)
    except DomainError as problem:
        return problem


def _opened(outcome: Any) -> Any:
    """The outcome. Raises what the work refused."""
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


def connect(address: str, folder: Path) -> DaskRunner:
    """A runner on the cluster at an address (tcp://host:8786), whose workers can write in the folder.

    Raises ClusterUnusable when Dask is not installed, nothing answers, no worker is there, a worker has
    another version of shuibao, or the folder is not shared with all of them.
    """
    try:
        from distributed import Client
    except ImportError as problem:
        raise ClusterUnusable("没有安装 Dask。请安装附加组件 shuibao[distributed]。") from problem
    try:
        client: Any = Client(address, timeout=_CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as problem:
        raise ClusterUnusable(
            f"连不上集群 {address}（{problem}）。请检查地址，并确认调度器已启动。"
        ) from problem
    _require_workers(client, address)
    _require_shared(client, folder)
    return DaskRunner(client)


def _require_workers(client: Any, address: str) -> None:
    versions = client.run(_version)
    if not versions:
        raise ClusterUnusable(f"集群 {address} 没有工作进程。请用 dask worker {address} 启动。")
    others = {worker: version for worker, version in versions.items() if version != shuibao.__version__}
    if others:
        worker, version = next(iter(others.items()))
        raise ClusterUnusable(
            f"工作进程 {worker} 的 shuibao 是 {version}，这里是 {shuibao.__version__}。"
            f"版本不同，结果不能保证相同。请统一版本。"
        )


def _require_shared(client: Any, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".shared-") as token:
        seen = client.run(_is_there, token.name)
    blind = [worker for worker, found in seen.items() if not found]
    if blind:
        raise ClusterUnusable(
            f"工作进程 {blind[0]} 看不到目录 {folder}。结果目录必须在所有机器共用的文件系统上，且路径相同。"
        )


def _version() -> str:
    return shuibao.__version__


def _is_there(path: str) -> bool:
    return Path(path).exists()
