/* Stands for the guest program of a bundle: says how it was called, runs the scripts of the CD as
 * the real one may do, and ends with a status that is nobody else's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char** argv)
{
    if (argc > 1 && strcmp(argv[1], "--version") == 0) return 0;
    fputs(argv[0], stdout);
    for (int i = 1; i < argc; ++i)
        printf(" %s", argv[i]);
    putchar('\n');
    fflush(stdout);
    if (system("/mnt/init.sh") != 0) puts("init.sh failed inside");
    return 9;
}
