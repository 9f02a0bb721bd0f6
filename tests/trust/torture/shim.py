"""What the system tells a process, told otherwise: the time of day, and whether a lock was given.

A library that is loaded before all others (`LD_PRELOAD`), so that Python, SQLite and LanceDB's Rust are told the same.
It is compiled where there is a C compiler; elsewhere these parts are left out, and the table says so.
"""

import shutil
import subprocess
from pathlib import Path

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/time.h>
#include <time.h>

typedef int (*getter)(clockid_t, struct timespec *);

static int real(clockid_t id, struct timespec *at) {
    static getter next;
    if (!next) next = (getter)dlsym(RTLD_NEXT, "clock_gettime");
    return next(id, at);
}

/* Seconds that the date is off; with TORTURE_STEP it changes every so many seconds: ahead, right, back, right. */
static long off(void) {
    static int known; static long seconds, step;
    if (!known) {
        const char *a = getenv("TORTURE_CLOCK"), *b = getenv("TORTURE_STEP");
        seconds = a ? atol(a) : 0; step = b ? atol(b) : 0; known = 1;
    }
    if (!step) return seconds;
    struct timespec at;
    real(CLOCK_MONOTONIC, &at);
    switch ((at.tv_sec / step) % 4) { case 0: return seconds; case 2: return -seconds; default: return 0; }
}

int clock_gettime(clockid_t id, struct timespec *at) {
    int done = real(id, at);
    if (!done && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) at->tv_sec += off();
    return done;
}

int gettimeofday(struct timeval *at, void *zone) {
    struct timespec now;
    int done = clock_gettime(CLOCK_REALTIME, &now);
    if (!done && at) { at->tv_sec = now.tv_sec; at->tv_usec = now.tv_nsec / 1000; }
    return done;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}

/* 0: as it is; 1: no locks are to be had; 2: everybody gets every lock. */
static int way(void) {
    static int known, found;
    if (!known) {
        const char *said = getenv("TORTURE_LOCKS");
        found = said && !strcmp(said, "fail") ? 1 : said && !strcmp(said, "lie") ? 2 : 0; known = 1;
    }
    return found;
}

int flock(int file, int operation) {
    if (way() == 1) { errno = ENOLCK; return -1; }
    if (way() == 2) return 0;
    static int (*next)(int, int);
    if (!next) next = (int (*)(int, int))dlsym(RTLD_NEXT, "flock");
    return next(file, operation);
}

static int control(const char *name, int file, int command, void *more) {
    if (command == F_SETLK || command == F_SETLKW) {
        if (way() == 1) { errno = ENOLCK; return -1; }
        if (way() == 2) return 0;
    }
    int (*next)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, name);
    return next(file, command, more);
}

int fcntl(int file, int command, ...) {
    va_list rest; va_start(rest, command); void *more = va_arg(rest, void *); va_end(rest);
    return control("fcntl", file, command, more);
}

int fcntl64(int file, int command, ...) {
    va_list rest; va_start(rest, command); void *more = va_arg(rest, void *); va_end(rest);
    return control("fcntl64", file, command, more);
}
"""


def made(top: Path) -> Path | None:
    """The library, compiled into a folder; None where it can't be."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not Path("/proc/self/maps").exists():
        return None
    (top / "shim.c").write_text(_SOURCE, encoding="utf-8")
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(top / "shim.so"), str(top / "shim.c"), "-ldl"]
    done = subprocess.run(command, capture_output=True, check=False)
    return top / "shim.so" if done.returncode == 0 else None
