#!/usr/bin/env python3
"""Where the time of a test run goes: its collections and classes, the longest first, each with when it began and ended.

  tools/slow-tests.py FILE.trx [ROWS]     `dotnet test --logger trx` writes such files; 30 rows by default

A collection that ends long after the others is what the run waited for (MqttChat.Tests/Support/LongestFirst.cs).
"""
import datetime
import glob
import os
import re
import sys
import xml.etree.ElementTree as xml

SPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"


def collection_of_classes():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "MqttChat.Tests")
    found = {}
    for file in glob.glob(root + "/**/*.cs", recursive=True):
        with open(file, encoding="utf-8") as source:
            text = source.read()
        space = re.search(r"^namespace ([\w.]+)", text, re.M)
        for match in re.finditer(r"\[Collection\(([\w.]+)\)\][^{;]*?class (\w+)", text, re.S):
            found[f"{space.group(1)}.{match.group(2)}"] = match.group(1)
    return found


def seconds(clock):
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def moment(text):
    return datetime.datetime.fromisoformat(text[:26]).timestamp()


def show(title, spans, first, rows):
    print(f"\n{title}\n{'took s':>8} {'tests':>6} {'from':>6} {'to':>6}")
    for name, (took, tests, began, ended) in sorted(spans.items(), key=lambda one: -one[1][0])[:rows]:
        print(f"{took:8.1f} {tests:6} {began - first:6.0f} {ended - first:6.0f}  {name}")


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    root, rows = xml.parse(sys.argv[1]).getroot(), int(sys.argv[2]) if len(sys.argv) == 3 else 30
    classes = {test.get("id"): test.find(SPACE + "TestMethod").get("className") for test in root.iter(SPACE + "UnitTest")}
    collected = collection_of_classes()
    by_class, by_collection, by_test = ({}, {}, {})
    for result in root.iter(SPACE + "UnitTestResult"):
        name = classes[result.get("testId")]
        took, began, ended = seconds(result.get("duration") or "0:0:0"), moment(result.get("startTime")), moment(result.get("endTime"))
        for spans, key in ((by_class, name), (by_collection, collected.get(name, name)), (by_test, result.get("testName"))):
            had = spans.get(key, (0, 0, began, ended))
            spans[key] = (had[0] + took, had[1] + 1, min(had[2], began), max(had[3], ended))
    first = min(span[2] for span in by_class.values())
    for title, spans in (("Collections", by_collection), ("Classes", by_class), ("Tests", by_test)):
        show(title, spans, first, rows)
    total, whole = sum(span[0] for span in by_class.values()), max(span[3] for span in by_class.values()) - first
    print(f"\n{total:.0f} s of tests in {whole:.0f} s: {total / whole:.1f} at a time")


if __name__ == "__main__":
    main()
