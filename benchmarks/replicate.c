/* Writes copies of an image of memory one behind the other, each with its pointers into itself made its own, and then
   memory that looks like numbers and holds no object, as region files of a directory dump.
   usage: replicate IMAGE POINTERS FOLDER START COPIES FILLER    POINTERS are the places of words (u32) in the image that
   hold an offset into it; START is hexadecimal */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { most_in_a_file = 1 << 30, filler_piece = 1 << 20 };

static void *contents(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) { perror(path); exit(1); }
  *size = (size_t)ftell(file);
  rewind(file);
  void *bytes = malloc(*size + 1);
  if (!bytes || fread(bytes, 1, *size, file) != *size) { perror(path); exit(1); }
  fclose(file);
  return bytes;
}

static FILE *region(const char *folder, uint64_t start, uint64_t size) {
  char path[4096];
  snprintf(path, sizeof path, "%s/mem.%016" PRIX64 ".%016" PRIX64 ".bin", folder, start, start + size);
  FILE *file = fopen(path, "wbx");
  if (!file) { perror(path); exit(1); }
  return file;
}

static void put(FILE *file, const void *bytes, size_t size) {
  if (fwrite(bytes, 1, size, file) != size) { perror("replicate"); exit(1); }
}

static void done(FILE *file) {
  if (fclose(file) != 0) { perror("replicate"); exit(1); }
}

int main(int argc, char **argv) {
  if (argc != 7) return 64;
  size_t size, pointer_bytes;
  uint64_t *image = contents(argv[1], &size);
  const uint32_t *pointers = contents(argv[2], &pointer_bytes);
  const char *folder = argv[3];
  uint64_t address = strtoull(argv[4], NULL, 16), copies = strtoull(argv[5], NULL, 10), filler = strtoull(argv[6], NULL, 10);
  if (size == 0 || size > most_in_a_file) return 64;
  const uint64_t in_a_file = most_in_a_file / size;

  uint64_t moved = 0;
  for (uint64_t copy = 0; copy < copies;) {
    const uint64_t here = copies - copy < in_a_file ? copies - copy : in_a_file;
    FILE *file = region(folder, address, here * size);
    for (uint64_t end = copy + here; copy < end; copy++, address += size) {
      for (size_t index = 0; index < pointer_bytes / sizeof *pointers; index++) image[pointers[index]] += address - moved;
      moved = address;
      put(file, image, size);
    }
    done(file);
  }

  /* Doubles between 1 and 2, as an array of measurements has them. */
  static uint64_t words[filler_piece / 8];
  uint64_t state = 1;
  while (filler > 0) {
    const uint64_t here = filler < most_in_a_file ? filler : most_in_a_file;
    FILE *file = region(folder, address, here);
    for (uint64_t left = here; left > 0;) {
      const size_t piece = left < filler_piece ? (size_t)left : filler_piece;
      for (size_t index = 0; index < filler_piece / 8; index++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        words[index] = state >> 12 | UINT64_C(0x3FF) << 52;
      }
      put(file, words, piece);
      left -= piece;
    }
    done(file);
    address += here;
    filler -= here;
  }
  return 0;
}
