# SPDX-License-Identifier: Apache-2.0
"""Checks the pages against the disk and against what the program says of itself."""

import pathlib
import re
import shlex
import subprocess

from house import files

PROGRAM = "build/loyalty"
# In halves, so that this file passes its own check.
_UNFINISHED = re.compile(r"\b(?:" + "|".join(["TO" "DO", "FIX" "ME", "XX" "X"]) + r")\b")
_FOREIGN_PATH = re.compile(r"(?<![\w./])/(?:" + "|".join(["wo" "rk", r"ho" r"me/\w+", r"Use" r"rs/\w+"])
                           + r")/")
_FOLDER_HEADINGS = ("folders", "the folder map", "folder map")


def violations(root=files.ROOT):
    """All findings in the tree at `root`, each as "file:line: reason" or "file: reason"."""
    root = pathlib.Path(root)
    names = files.project_files(root)
    pages = [name for name in names if name.endswith(".md") and (
        "/" not in name or name.startswith("docs/") or name == "bench/README.md")]
    found = []
    for page in ("README.md", "ARCHITECTURE.md", "docs/methods.md", "docs/errors.md",
                 "docs/operations.md"):
        if page not in names:
            found.append(f"{page}: is missing")
    for page in pages:
        found += dead_links(root, page)
    if "ARCHITECTURE.md" in names:
        found += folder_table("ARCHITECTURE.md", (root / "ARCHITECTURE.md").read_text(), names)
    for name in names:
        found += leftovers(name, (root / name).read_bytes())
    if not (root / PROGRAM).is_file():
        return found + [f"{PROGRAM}: not built, so the pages about it could not be checked: "
                        "run tools/check build"]
    program = Program(root)
    for page in pages:
        found += commands(page, (root / page).read_text(), program)
    if "Dockerfile" in names:
        found += image_packages((root / "Dockerfile").read_text(), program)
    return found + list(generated_pages(root, program))


class Program:
    """What the program and the quickstart say of themselves."""

    def __init__(self, root):
        self._root = root
        self._said = {}

    def output(self, *command):
        """Standard output of the command, or None when it failed."""
        if command not in self._said:
            done = subprocess.run(command, cwd=self._root, capture_output=True, text=True,
                                  timeout=60, check=False)
            self._said[command] = done.stdout if done.returncode == 0 else None
        return self._said[command]


def image_packages(dockerfile, program):
    """The image has to have the libraries that the program is linked with, by Debian's names."""
    linked = re.findall(r"NEEDED\s+(\S+)", program.output("objdump", "-p", PROGRAM) or "")
    if not linked:
        return [f"{PROGRAM}: objdump does not say what it is linked with"]
    found = []
    for library in linked:
        owners = program.output("dpkg", "-S", f"*/{library}") or ""
        names = {line.split(":")[0] for line in owners.splitlines()}
        # Part of every Debian image: the C and C++ libraries.
        if names and not names & {"libc6", "libstdc++6", "libgcc-s1"} and not any(
                re.search(rf"(?<!\S){re.escape(name)}(?!\S)", dockerfile) for name in names):
            found.append(f"Dockerfile: {library} of {' or '.join(sorted(names))} is missing")
    return found


def dead_links(root, page):
    text = (root / page).read_text()
    for number, line in _outside_fences(text):
        for target in re.findall(r"\]\(\s*<?([^)\s>]+)", line):
            path = target.split("#")[0]
            if not path or re.match(r"[a-z][a-z0-9+.-]*:", path):
                continue
            if not (root / page).parent.joinpath(path).exists():
                yield f"{page}:{number}: links to {target}, which does not exist"


def _outside_fences(text):
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line


def folder_table(page, text, names):
    """The table under the heading "Folders" and the top folders on disk, both ways."""
    rows, inside, heading = [], False, False
    for number, line in _outside_fences(text):
        title = re.match(r"#+\s+(.*?)\s*#*$", line)
        if title:
            inside = title[1].strip().lower() in _FOLDER_HEADINGS
            heading = heading or inside
        elif inside and line.lstrip().startswith("|"):
            first = line.strip().strip("|").split("|")[0]
            rows += [(number, entry) for entry in re.findall(r"`([^`]+)`", first)]
    if not heading or not rows:
        yield f'{page}: has no table under a heading "Folders" whose first column names `folder/`s'
        return
    folders = {str(parent) + "/" for name in names
               for parent in pathlib.PurePosixPath(name).parents if str(parent) != "."}
    for number, entry in rows:
        if entry.endswith("/") and entry not in folders:
            yield f"{page}:{number}: names the folder {entry}, which does not exist"
        elif not entry.endswith("/") and entry not in names:
            yield f"{page}:{number}: names the file {entry}, which does not exist"
    listed = {entry for _, entry in rows}
    for folder in sorted(folders):
        if folder.count("/") == 1 and not folder.startswith(".") and folder not in listed:
            yield f"{page}: the table of folders does not name {folder}"


def leftovers(name, content):
    if b"\0" in content:
        return
    for number, line in enumerate(content.decode(errors="replace").split("\n"), 1):
        word = _UNFINISHED.search(line)
        if word:
            yield f"{name}:{number}: unfinished: {word[0]}"
        if _FOREIGN_PATH.search(line):
            yield f"{name}:{number}: holds a path of one developer's machine"


def shell_lines(text):
    """(line, command) of every command in a ```sh block; continued lines are joined."""
    fenced, begun, joined = False, 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped.startswith("```"):
            fenced = not fenced and stripped[3:].strip() == "sh"
            joined = ""
        elif fenced:
            begun = begun if joined else number
            joined += stripped.removeprefix("$ ")
            if joined.endswith("\\"):
                joined = joined[:-1] + " "
            else:
                yield begun, joined
                joined = ""


def commands(page, text, program):
    """Every quickstart and loyalty command that a page shows exists, with its options."""
    for number, line in shell_lines(text):
        if not line.startswith(("./quickstart", PROGRAM, "./" + PROGRAM)):
            continue
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            yield f"{page}:{number}: no shell command: {error}"
            continue
        for command in _simple_commands(words):
            reason = _unknown(command, program)
            if reason:
                yield f"{page}:{number}: {reason}"


def _simple_commands(words):
    current = []
    for word in words:
        if word in ("|", "||", "&&", ";", "&"):
            yield current
            current = []
        else:
            current.append(word)
    yield current


def _unknown(words, program):
    """Why this command cannot run, or None. Other programs are not looked at."""
    if not words or words[0] not in ("./quickstart", PROGRAM, "./" + PROGRAM):
        return None
    help_of = [words[0]]
    if words[0] != "./quickstart" and len(words) > 1 and not words[1].startswith("-"):
        listing = program.output(words[0], "--help") or ""
        if not re.search(rf"(?m)^\s+{re.escape(words[1])}(?:\s|$)", listing):
            return f"{words[0]} has no subcommand {words[1]}"
        help_of.append(words[1])
    text = program.output(*help_of, "--help")
    if text is None:
        return f"{' '.join(help_of)} --help fails"
    for word in words[len(help_of):]:
        option = re.match(r"--?[a-z][\w-]*", word)
        wanted = option[0] if option else word if words[0] == "./quickstart" else None
        if wanted and not word.isdigit() and not re.search(
                rf"(?<![\w-]){re.escape(wanted)}(?![\w-])", text):
            return f"{' '.join(help_of)} has no {wanted}"
    return None


def generated_pages(root, program):
    """Pages that hold what the program prints."""
    methods = program.output(PROGRAM, "methods", "--markdown")
    yield from _same_page(root, "docs/methods.md", methods, f"{PROGRAM} methods --markdown")

    codes = program.output(PROGRAM, "methods", "--errors")
    if codes is None:
        yield f"docs/errors.md: {PROGRAM} methods --errors fails"
    elif (root / "docs/errors.md").is_file():
        page = (root / "docs/errors.md").read_text()
        for code in (line.split()[0] for line in codes.splitlines() if line.strip()):
            if not re.search(rf"\b{re.escape(code)}\b", page):
                yield f"docs/errors.md: does not explain {code}"

    settings = program.output(PROGRAM, "serve", "--settings-markdown")
    if settings is None:
        yield f"docs/operations.md: {PROGRAM} serve --settings-markdown fails"
    elif (root / "docs/operations.md").is_file():
        page = (root / "docs/operations.md").read_text()
        if settings.strip() not in page:
            missing = next((line for line in settings.strip().splitlines() if line not in page),
                           "the rows in this order")
            yield (f"docs/operations.md: differs from {PROGRAM} serve --settings-markdown, "
                   f"which has: {missing}")


def _same_page(root, page, said, command):
    if said is None:
        yield f"{page}: {command} fails"
    elif (root / page).is_file() and (root / page).read_text() != said:
        yield f"{page}: is out of date: {command} > {page}"
