# SPDX-License-Identifier: Apache-2.0
"""Reads C++ just well enough to tell code from comments and literals."""

import re

_TOKEN = re.compile(
    r"""
      (?P<comment> //(?:\\\n|[^\n])* | /\*.*?(?:\*/|\Z) )
    | (?P<include> ^[ \t]*\#[ \t]*include[ \t]*(?:<[^>\n]*>|"[^"\n]*") )
    | (?P<raw>     R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)" )
    | (?P<string>  "(?:\\.|[^"\\\n])*" )
    | (?P<number>  \b\d[\w.']* )             # 1'000'000 is not a character literal
    | (?P<char>    '(?:\\.|[^'\\\n])*' )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE)

_INCLUDE = re.compile(r'#\s*include\s*(<([^>]*)>|"([^"]*)")')


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments_and_literals(text):
    """The text with comments, literals and includes blanked; line numbers stay."""
    return _TOKEN.sub(lambda m: m[0] if m["number"] else _blank(m[0]), text)


def includes(text):
    """(line, header, quoted) of every #include outside comments and literals."""
    found = []
    for match in _TOKEN.finditer(text):
        if match["include"]:
            name = _INCLUDE.search(match[0])
            line = text.count("\n", 0, match.end()) + 1
            found.append((line, name[2] or name[3], name[3] is not None))
    return found
