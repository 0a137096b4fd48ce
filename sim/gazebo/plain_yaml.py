"""The part of YAML that Hearth's configuration uses, read with the standard library alone.

Block maps and lists, flow maps and lists (also over several lines), plain and quoted scalars, comments. Anything else is an
error with its line, never a guess.
"""

import re


class YamlError(Exception):
    """What is wrong, with file and line."""


def load(text, file):
    """The document as dicts, lists and scalars; an empty one is None."""
    return Reader(text, file).document()


def strip_comment(line):
    """The line without what follows a # outside quotes."""
    quote = None
    for i, c in enumerate(line):
        if quote:
            quote = None if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c == "#" and (i == 0 or line[i - 1].isspace()):
            return line[:i].rstrip()
    return line.rstrip()


def is_open(text):
    """Whether a flow collection goes on in the next line."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", text)
    return sum(bare.count(c) for c in "[{") > sum(bare.count(c) for c in "]}")


def scalar(text):
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


class Reader:
    def __init__(self, text, file):
        self.file = file
        # (line number, indent, content), flow collections joined.
        self.lines = []
        for number, raw in enumerate(text.splitlines(), 1):
            content = strip_comment(raw)
            if not content.strip() or content.strip() == "---":
                continue
            if self.lines and is_open(self.lines[-1][2]):
                first, indent, before = self.lines[-1]
                self.lines[-1] = (first, indent, f"{before} {content.strip()}")
            else:
                self.lines.append((number, len(content) - len(content.lstrip()), content.strip()))
        self.at = 0

    def error(self, number, problem):
        return YamlError(f"{self.file}:{number}: {problem}")

    def document(self):
        if not self.lines:
            return None
        value = self.block(self.lines[0][1])
        if self.at < len(self.lines):
            raise self.error(self.lines[self.at][0], "is indented otherwise than what it belongs to")
        return value

    def block(self, indent):
        number, _, content = self.lines[self.at]
        if content == "-" or content.startswith("- "):
            return self.block_list(indent)
        if self.split_key(content):
            return self.block_map(indent)
        self.at += 1
        return self.value(content, number)

    def block_list(self, indent):
        items = []
        while self.at < len(self.lines):
            number, here, content = self.lines[self.at]
            if here != indent or not (content == "-" or content.startswith("- ")):
                break
            inner = content[1:].lstrip()
            if not inner:
                self.at += 1
                items.append(self.nested(indent, number))
            else:
                # What follows the dash is a block of its own, indented by where it starts.
                deeper = indent + len(content) - len(inner)
                self.lines[self.at] = (number, deeper, inner)
                items.append(self.block(deeper))
        return items

    def block_map(self, indent):
        result = {}
        while self.at < len(self.lines):
            number, here, content = self.lines[self.at]
            if here != indent or content.startswith("- "):
                break
            pair = self.split_key(content)
            if not pair:
                raise self.error(number, f"{content!r} is no `key: value`")
            key, rest = pair
            if key in result:
                raise self.error(number, f"{key!r} is given twice")
            self.at += 1
            result[key] = self.value(rest, number) if rest else self.nested(indent, number)
        return result

    def nested(self, indent, number):
        """What hangs below a key or a dash: deeper, or a list at the key's own indent."""
        if self.at < len(self.lines):
            _, here, content = self.lines[self.at]
            if here > indent or (here == indent and content.startswith("- ") and self.lines[self.at - 1][2][0] != "-"):
                return self.block(here)
        return None

    @staticmethod
    def split_key(content):
        match = re.match(r"([\w./-]+|\"[^\"]*\"|'[^']*')\s*:(?:\s+(.*))?$", content)
        return (str(scalar(match[1])) if match[1][0] in "\"'" else match[1], match[2] or "") if match else None

    def value(self, text, number):
        if text[0] in "[{":
            value, rest = self.flow(text, number)
            if rest.strip():
                raise self.error(number, f"{rest.strip()!r} follows a closed bracket")
            return value
        if text[0] in "&*!|>%@`":
            raise self.error(number, f"{text!r} is more YAML than is read here")
        return scalar(text)

    def flow(self, text, number):
        """A flow value and the rest of the text."""
        text = text.lstrip()
        if text[:1] == "[":
            return self.flow_items(text[1:], "]", number, [], self.flow_list_item)
        if text[:1] == "{":
            return self.flow_items(text[1:], "}", number, {}, self.flow_map_item)
        match = re.match(r"\"[^\"]*\"|'[^']*'|[^,\[\]{}]+", text)
        if not match:
            raise self.error(number, f"a value is missing before {text!r}")
        return scalar(match[0].strip()), text[match.end():]

    def flow_items(self, text, end, number, result, item):
        while True:
            text = text.lstrip()
            if not text:
                raise self.error(number, f"{end!r} is missing")
            if text[0] == end:
                return result, text[1:]
            text = item(result, text, number).lstrip()
            if text[:1] == ",":
                text = text[1:]
            elif text[:1] != end:
                raise self.error(number, f"',' or {end!r} is missing before {text!r}")

    def flow_list_item(self, result, text, number):
        value, rest = self.flow(text, number)
        result.append(value)
        return rest

    def flow_map_item(self, result, text, number):
        match = re.match(r"([\w./-]+|\"[^\"]*\"|'[^']*')\s*:\s*", text)
        if not match:
            raise self.error(number, f"a `key:` is missing before {text!r}")
        key = match[1].strip("\"'")
        if key in result:
            raise self.error(number, f"{key!r} is given twice")
        result[key], rest = self.flow(text[match.end():], number)
        return rest
