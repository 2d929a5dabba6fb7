#include "FuzzDriver.h"

#include <stddef.h>
#include <stdint.h>

// The Swift side defines the first, libFuzzer the second (compiler-rt's FuzzerInterface.h).
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

int fuzz_main(int argc, char **argv) { return LLVMFuzzerRunDriver(&argc, &argv, LLVMFuzzerTestOneInput); }
