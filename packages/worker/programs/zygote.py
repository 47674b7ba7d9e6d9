"""A warm Python that forks itself for each call, so that a step costs milliseconds and not an interpreter's start.

    worker ── stdin:  {"call", "mark", "directory", "stdout", "stderr", "result", "memory", "bytes"}\n<payload> ──▶ zygote
    worker ◀─ stdout: {"ready"} · {"call", "pid"} · {"call", "code" | "signal"} ── zygote
    worker ◀─ result pipe: <length>\n<JSON> ── the forked child

The payload is {"code", "input", "environment", "outputBytesMax"}. The end of stdin is the end of the worker: children
get SIGKILL with their parent (PR_SET_PDEATHSIG), and the worker's attendant finds whatever they left.

Usage: python3 -I -X utf8 zygote.py <directory of packages, or empty>
"""

import collections  # noqa: F401  what steps often import is imported once, here
import csv  # noqa: F401
import ctypes
import datetime
import decimal
import functools  # noqa: F401
import gc
import hashlib  # noqa: F401
import inspect
import io
import itertools  # noqa: F401
import json
import linecache
import math
import os
import random  # noqa: F401
import re
import resource
import select
import signal
import statistics  # noqa: F401
import string  # noqa: F401
import sys
import time  # noqa: F401
import traceback
import types
import urllib.request  # noqa: F401

STEP = "<step>"
MARK = "MILLRACE_CALL"
TRACEBACK_LINES_MAX = 200
MESSAGE_MAX = 4000
PR_SET_PDEATHSIG = 1

# The modules people import are rarely called like the packages that bring them.
PACKAGE_OF = {
    "bs4": "beautifulsoup4", "cv2": "opencv-python", "dateutil": "python-dateutil", "docx": "python-docx",
    "dotenv": "python-dotenv", "jwt": "PyJWT", "magic": "python-magic", "MySQLdb": "mysqlclient", "OpenSSL": "pyOpenSSL",
    "PIL": "pillow", "psycopg2": "psycopg2-binary", "serial": "pyserial", "skimage": "scikit-image",
    "sklearn": "scikit-learn", "yaml": "PyYAML", "zmq": "pyzmq",
}  # fmt: skip


# ---------------------------------------------------------------------------------------------------- the forked child


class NotJson(Exception):
    """What main returned cannot be written as JSON."""


def hint(value):
    """What to do about a value that is not JSON."""
    if isinstance(value, (set, frozenset, range)) or inspect.isgenerator(value) or hasattr(value, "__next__"):
        return "use list(…)"
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return "use .isoformat()"
    if isinstance(value, decimal.Decimal):
        return "use float(…) or str(…)"
    if isinstance(value, (bytes, bytearray)):
        return "use .decode() or base64"
    if hasattr(value, "to_dict"):
        return "use .to_dict('records')" if hasattr(value, "columns") else "use .to_dict()"
    if hasattr(value, "tolist"):
        return "use .tolist()"
    if hasattr(value, "__dataclass_fields__"):
        return "use dataclasses.asdict(…)"
    if callable(value):
        return "call it, or leave it out"
    return "return lists, dicts, strings, numbers, booleans and None only"


def type_name(value):
    kind = type(value)
    return kind.__qualname__ if kind.__module__ in ("builtins", STEP, "step") else f"{kind.__module__}.{kind.__qualname__}"


def fault(value):
    """The first place in a value that JSON cannot hold, and why: (path, sentence), or None. Iterative: depth is no limit."""
    open_ids = set()
    todo = [("", value, False)]
    while todo:
        path, item, leaving = todo.pop()
        if leaving:
            open_ids.discard(item)
        elif item is None or isinstance(item, (bool, str)):
            if isinstance(item, str) and not valid_text(item):
                return path, "a string with half a surrogate pair, which UTF-8 cannot hold"
        elif isinstance(item, int):
            if not -(2**53) < item < 2**53:
                return path, f"the integer {str(item)[:40]}, which JSON readers round; use str(…)"
        elif isinstance(item, float):
            if math.isnan(item) or math.isinf(item):
                return path, f"{item}, which JSON does not have; use None"
        elif isinstance(item, (dict, list, tuple)):
            if id(item) in open_ids:
                return path, f"a {type(item).__name__} that contains itself"
            open_ids.add(id(item))
            todo.append((path, id(item), True))
            pairs = item.items() if isinstance(item, dict) else enumerate(item)
            for key, inner in reversed(list(pairs)):
                if not isinstance(key, (str, int, float, bool)) and key is not None:
                    return path, f"a key of type {type_name(key)}; use str(…)"
                todo.append((f"{path}/{key}", inner, False))
        else:
            return path, f"a {type_name(item)}; {hint(item)}"
    return None


def valid_text(text):
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


MAYBE_TOO_LONG = re.compile(rb"(?:^|[\[,:-])[0-9]{16,}(?:[,\]}]|$)")


def encode(value):
    """The value as JSON bytes, or NotJson with the path of what cannot be."""
    try:
        body = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        # What looks like an integer of sixteen digits may be one that readers round; looking closely is dear, so only then.
        found = fault(value) if MAYBE_TOO_LONG.search(body) else None
    except (TypeError, ValueError, RecursionError) as error:
        found = fault(value) or ("", f"what JSON cannot hold ({error})")
    if found:
        path, what = found
        raise NotJson(f"`main` returned {what}." if path == "" else f"`main` returned, at {path}, {what}.")
    return body


def step_frames(error):
    """The traceback from the step's own first frame on; the zygote's frames are nobody's business."""
    frames = list(traceback.walk_tb(error.__traceback__))
    for i, (frame, _) in enumerate(frames):
        if frame.f_code.co_filename == STEP:
            tb = error.__traceback__
            for _ in range(i):
                tb = tb.tb_next
            return tb
    return None


def describe(error):
    """(lines of the traceback, the step's line where it arose or None)."""
    tb = step_frames(error)
    lines = "".join(traceback.format_exception(type(error), error, tb)).rstrip("\n").split("\n")
    if len(lines) > TRACEBACK_LINES_MAX:
        half = TRACEBACK_LINES_MAX // 2
        lines = [*lines[:half], f"… {len(lines) - 2 * half} lines left out …", *lines[-half:]]
    numbers = [n for frame, n in traceback.walk_tb(tb) if frame.f_code.co_filename == STEP] if tb else []
    line = numbers[-1] if numbers else getattr(error, "lineno", None) if getattr(error, "filename", "") == STEP else None
    return lines, line


def failure(kind, message, error=None, **more):
    lines, line = describe(error) if error is not None else ([], None)
    known = {"kind": kind, "message": message[:MESSAGE_MAX], "traceback": lines, "line": line, **more}
    return {key: value for key, value in known.items() if value is not None}


def failure_of(error):
    name = type_name(error)
    said = f"{name}: {error}" if str(error) else name
    if isinstance(error, SystemExit):
        code = 0 if error.code is None else error.code if isinstance(error.code, int) else 1
        text = f" and said: {error.code}" if isinstance(error.code, str) else ""
        message = f"The code exited with code {code & 0xFF}{text} before `main` returned an output."
        return failure("failed", message, error, type=name, exitCode=code & 0xFF)
    if isinstance(error, MemoryError):
        return failure("memory", "The code used more memory than allowed (MemoryError).", error, type=name)
    if isinstance(error, ImportError):
        module = (getattr(error, "name", None) or "").split(".")[0]
        return failure("import", f"{said}", error, type=name, module=module, package=PACKAGE_OF.get(module, module))
    if isinstance(error, NotJson):
        return failure("result", str(error))
    return failure("failed", said, error, type=name)


def called(main, given):
    """What main(**given) returns; wrong names get a sentence in place of Python's own."""
    signature = None
    try:
        signature = inspect.signature(main)
        signature.bind(**given)
    except TypeError as error:
        if signature is not None:
            takes = f"main{signature}"
            gives = ", ".join(given) or "nothing"
            raise WrongArguments(f"`{takes}` does not take what `input` gives ({gives}): {error}. "
                                 "Each key of `input` is one keyword argument of `main`.") from None  # fmt: skip
    except ValueError:
        pass  # a callable without a signature, e.g. one written in C
    result = main(**given)
    if inspect.iscoroutine(result):
        import asyncio

        result = asyncio.run(result)
    return result


class WrongArguments(Exception):
    """`input` does not fit `main`."""


def outcome(payload):
    """Runs the step; answers the bytes to report."""
    request = json.loads(payload)
    code = request["code"]
    linecache.cache[STEP] = (len(code), None, code.splitlines(keepends=True), STEP)
    module = types.ModuleType("step")
    # Dataclasses, pickle and friends look a class's module up by name.
    sys.modules["step"] = module
    try:
        exec(compile(code, STEP, "exec", dont_inherit=True), module.__dict__)
        main = module.__dict__.get("main")
        if main is None or not callable(main):
            keys = ", ".join(request["input"])
            answer = failure("failed", f"The code defines no function `main`. Expected, for example: def main({keys}): …")
        else:
            body = encode(called(main, request["input"]))
            if len(body) > request["outputBytesMax"]:
                answer = {"kind": "too_large", "message": "", "bytes": len(body)}
            else:
                return b'{"output":' + body + b"}"
    except WrongArguments as error:
        answer = failure("failed", str(error), type="TypeError")
    except BaseException as error:  # noqa: BLE001  SystemExit and KeyboardInterrupt are outcomes too
        answer = failure_of(error)
    return b'{"failure":' + json.dumps(answer).encode() + b"}"


def write_all(fd, body):
    view = memoryview(body)
    while view:
        view = view[os.write(fd, view) :]


def text_stream(fd):
    raw = io.BufferedWriter(io.FileIO(fd, "w", closefd=False), 1 << 16)
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", line_buffering=True)


def become_child(request, ends, payload):
    """Never returns. `ends` are the write ends for standard output, standard error and the result."""
    os.setsid()
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stdout, stderr, result = ends
    nothing = os.open(os.devnull, os.O_RDONLY)
    for fd, number in ((nothing, 0), (stdout, 1), (stderr, 2)):
        os.dup2(fd, number)
    os.closerange(3, result)
    os.closerange(result + 1, result + 1024)
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    sys.stdout, sys.stderr = text_stream(1), text_stream(2)
    die_with_parent()
    os.chdir(request["directory"])
    rewrite_mark(request["mark"])
    limit(request["memory"])
    os.environ.clear()
    own = os.getpid()
    os.environ.update(json.loads(payload)["environment"])
    gc.enable()

    body = outcome(payload)
    if os.getpid() != own:
        os._exit(0)  # the step forked, and this is its child: only the first one answers
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass  # closed by the step, or nobody reads any more
    write_all(result, b"%d\n" % len(body) + body)
    os._exit(0)


def die_with_parent():
    if LIBC is None:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != ZYGOTE:
        os._exit(1)  # it died before we asked


def rewrite_mark(mark):
    """A forked process shows the environment that its ancestor was *started* with, so the mark is written over in place."""
    raw = mark.encode()
    if MARK_ADDRESS and len(raw) == MARK_LENGTH:
        ctypes.memmove(MARK_ADDRESS, raw, len(raw))


def limit(memory_bytes):
    """RLIMIT_DATA counts what a process may write to, and so gives a MemoryError with a traceback; the worker's own watch
    counts all processes of the step together and kills."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):
        return
    with open("/proc/self/status", encoding="ascii") as status:
        own = next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:")), 0)
    resource.setrlimit(resource.RLIMIT_DATA, (own + memory_bytes, own + memory_bytes))


# --------------------------------------------------------------------------------------------------------- the zygote

ZYGOTE = os.getpid()
LIBC = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
MARK_ADDRESS = None
MARK_LENGTH = len(os.environ.get(MARK, "").encode())
if LIBC is not None:
    LIBC.getenv.restype = ctypes.c_void_p
    MARK_ADDRESS = LIBC.getenv(MARK.encode())


def fork_call(request, payload):
    ends = [os.open(request[name], os.O_WRONLY) for name in ("stdout", "stderr", "result")]
    pid = os.fork()
    if pid == 0:
        try:
            become_child(request, ends, payload)
        finally:
            os._exit(70)
    for fd in ends:
        os.close(fd)
    return pid


def ended(status):
    if not os.WIFSIGNALED(status):
        return {"code": os.WEXITSTATUS(status)}
    number = os.WTERMSIG(status)
    return {"signal": signal.Signals(number).name if number in set(signal.Signals) else f"SIG{number}"}


def end_all(pids):
    for pid in pids:
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has ended, or has not got as far as its own group: then it dies with its parent


def serve():
    # Standard output belongs to the protocol; whatever a package prints at import goes to standard error.
    answers = os.dup(1)
    os.dup2(2, 1)

    def answer(message):
        write_all(answers, json.dumps(message).encode() + b"\n")

    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_read, False)
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    gc.disable()

    calls = {}
    pending = bytearray()
    answer({"ready": True})
    while True:
        ready, _, _ = select.select([0, wake_read], [], [])
        if wake_read in ready:
            try:
                os.read(wake_read, 4096)
            except BlockingIOError:
                pass
            for pid in list(calls):
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    answer({"call": calls.pop(pid), **ended(status)})
        if 0 in ready:
            chunk = os.read(0, 1 << 20)
            if not chunk:
                return end_all(calls)
            pending += chunk
            while (end := pending.find(b"\n")) >= 0:
                request = json.loads(pending[:end])
                if len(pending) < end + 1 + request["bytes"]:
                    break
                payload = bytes(pending[end + 1 : end + 1 + request["bytes"]])
                del pending[: end + 1 + request["bytes"]]
                try:
                    pid = fork_call(request, payload)
                except OSError as error:
                    answer({"call": request["call"], "refused": str(error)})
                    continue
                calls[pid] = request["call"]
                answer({"call": request["call"], "pid": pid})


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1]:
        sys.path.insert(0, sys.argv[1])
    serve()
