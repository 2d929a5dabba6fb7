/// Runs libFuzzer from a `main` under another name: SwiftPM lets no library bring a program's own.
#ifndef FUZZ_DRIVER_H
#define FUZZ_DRIVER_H

/// What SwiftPM has `main` stand for in the program `fuzz`.
int fuzz_main(int argc, char *_Nullable *_Nonnull argv);

#endif
