/* Loads the libraries of several Pythons into one process, each running a script in a thread of its own until it says that
   it is ready. usage: two_pythons (LIBRARY HOME SCRIPT)... ; the scripts get their number as `number`. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int done[2];

static void *run(void *argument)
{
    char **words = argument;
    void *library = dlopen(words[0], RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    setenv("PYTHONHOME", words[1], 1);
    void (*initialize)(int) = (void (*)(int))dlsym(library, "Py_InitializeEx");
    int (*run_string)(const char *, void *) = (int (*)(const char *, void *))dlsym(library, "PyRun_SimpleStringFlags");
    char line[4096];
    initialize(0);
    snprintf(line, sizeof line, "ready = %d\nexec(compile(open(%c%s%c).read(), %c%s%c, 'exec'))", done[1], '"', words[2], '"',
             '"', words[2], '"');
    run_string(line, NULL);
    return NULL;
}

int main(int argc, char **argv)
{
    if (pipe(done) != 0)
        return 1;
    for (int i = 1; i + 2 < argc; i += 3) {
        pthread_t thread;
        char byte;
        pthread_create(&thread, NULL, run, argv + i);
        if (read(done[0], &byte, 1) != 1)
            return 1;
    }
    if (write(1, "ready\n", 6) != 6)
        return 1;
    for (;;)
        pause();
}
