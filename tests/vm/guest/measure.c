/* measure OUT PROGRAM [ARGUMENT...]: runs a program and writes one line to OUT: wall time and CPU time
 * in microseconds, peak memory in KiB, how many processes or threads it and its descendants started,
 * exit status. Exits with that status.
 * The count comes from the kernel's own fork, vfork and clone events (ptrace(2)), so kernel threads and
 * other programs are not in it. Static and small: it runs on a machine with nothing but a kernel. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long us_of(struct timeval time)
{
    return time.tv_sec * 1000000LL + time.tv_usec;
}

/* Lets the program run to its end; true to what PTRACE_SEIZE promises: only our events stop it. */
static int watch(pid_t program, struct rusage *usage, long *started)
{
    for (;;) {
        int status;
        const pid_t pid = wait4(-1, &status, __WALL, usage);
        if (pid < 0) return -1;
        if (!WIFSTOPPED(status)) {
            if (pid == program) return status;
            continue;
        }
        const int event = status >> 16;
        if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
            ++*started;
        ptrace(PTRACE_CONT, pid, 0, event == 0 ? WSTOPSIG(status) : 0);
    }
}

int main(int argc, char **argv)
{
    int gate[2];
    if (argc < 3 || pipe(gate) != 0) return 125;
    const pid_t program = fork();
    if (program < 0) return 125;
    if (program == 0) { /* waits until it is watched */
        char go;
        close(gate[1]);
        if (read(gate[0], &go, 1) != 1) _exit(125);
        close(gate[0]);
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
    if (ptrace(PTRACE_SEIZE, program, 0, options) != 0) return 125;
    close(gate[0]);
    struct rusage usage;
    long started = 0;
    const long long start = now_us();
    if (write(gate[1], "", 1) != 1) return 125;
    const int status = watch(program, &usage, &started);
    const long long wall = now_us() - start;
    if (status < 0) return 125;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *out = fopen(argv[1], "w");
    if (!out) return 125;
    fprintf(out, "%lld %lld %ld %ld %d\n", wall, us_of(usage.ru_utime) + us_of(usage.ru_stime),
            usage.ru_maxrss, started, code);
    return fclose(out) == 0 ? code : 125;
}
