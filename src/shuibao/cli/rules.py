"""`shuibao rules list` and `shuibao rules show ID`: every number, its source, how far to trust it."""

import argparse
import json
from pathlib import Path
from typing import Any

from shuibao.rules import Rule, RuleBook

CONFIDENCE = {"seen": "已见公开文本", "high": "高", "medium": "中", "low": "低", "own": "本平台设定"}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("rules", help="查看规则表：每个数值、出处、可信度")
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    listing = actions.add_parser("list", help="列出全部规则")
    listing.add_argument("prefix", nargs="?", default="", help="只列编号以此开头的")
    listing.add_argument("--json", action="store_true", help="以 JSON 输出")
    listing.set_defaults(run=list_rules)
    showing = actions.add_parser("show", help="查看一条规则")
    showing.add_argument("id", help="规则编号")
    showing.set_defaults(run=show_rule)
    for action in (listing, showing):
        action.add_argument("--rules", type=Path, action="append", default=[], help="叠加的规则文件（TOML）")


def list_rules(args: argparse.Namespace) -> int:
    """Prints one line per rule: id, value, unit, confidence, name."""
    rules = [rule for rule in RuleBook.load(*args.rules).current() if rule.id.startswith(args.prefix)]
    if args.json:
        print(json.dumps([_facts(rule) for rule in rules], ensure_ascii=False, indent=1, default=str))
        return 0
    for rule in rules:
        region = f" [{rule.region}]" if rule.region else ""
        mark = "  未核验" if rule.is_unverified else ""
        print(f"{rule.id}{region}  {_shown(rule.value)} {rule.unit}  {rule.name}{mark}")
    print(f"共 {len(rules)} 条，其中未核验 {sum(rule.is_unverified for rule in rules)} 条。")
    return 0


def show_rule(args: argparse.Namespace) -> int:
    """Prints all that is known of a rule, in every region and period it has."""
    book = RuleBook.load(*args.rules)
    book.rule(args.id)
    for rule in book.rules:
        if rule.id != args.id:
            continue
        print(f"{rule.id}  {rule.name}")
        for label, value in _described(rule):
            print(f"  {label}  {value}")
    return 0


def _described(rule: Rule) -> list[tuple[str, Any]]:
    verified = f"{rule.verified_by}（{rule.verified_on or '日期缺'}）" if rule.verified_by else "无"
    period = f"{rule.valid_from or ''}～{rule.valid_to or ''}" if rule.valid_from or rule.valid_to else "不限"
    facts = [
        ("取值", f"{_shown(rule.value)} {rule.unit}"),
        ("出处", rule.basis),
        ("可信度", CONFIDENCE[rule.confidence] + ("，未核验" if rule.is_unverified else "")),
        ("核验人", verified),
        ("适用区域", rule.region or "不限"),
        ("有效期", period),
        ("所在表", rule.table),
    ]
    return [*facts, ("说明", rule.note)] if rule.note else facts


def _facts(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in rule.__slots__} | {"unverified": rule.is_unverified}


def _shown(value: Any) -> str:
    return "null（未知，不能计算）" if value is None else json.dumps(value, ensure_ascii=False, default=str)
