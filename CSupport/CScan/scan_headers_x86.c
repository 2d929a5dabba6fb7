#ifdef __x86_64__
#include <immintrin.h>

#include "scan_lookup.h"

/// The number of positions that are filtered before the survivors are looked up: the filter has no branches that could
/// be mispredicted, and the look-up nearly always succeeds.
enum { batch_positions = 256 };

/// How far ahead the filters prefetch memory, in bytes: their work on a word takes as long as its load, and the
/// processor does not prefetch that far by itself.
enum { prefetch_distance = 4096 };

/// The words that passed the filter, and the positions of their headers. Vectors are stored whole, so there is room for
/// one more.
struct survivors {
  size_t count;
  uint64_t words[batch_positions + 8];
  uint32_t positions[batch_positions + 8];
};

/// Looks the survivors up and writes the hits. Returns false, with `*resume` after the last hit, once `capacity` is
/// reached.
static inline bool take(const struct scan_type_set *set, const struct survivors *survivors, size_t granule,
                        size_t *resume, uint32_t *positions, uint32_t *numbers, size_t *found, size_t capacity) {
  size_t hits = *found;
  for (size_t index = 0; index < survivors->count; index++) {
    const uint64_t word = survivors->words[index];
    const uint64_t slot = scan_hash(word) >> set->table_shift;
    positions[hits] = survivors->positions[index];
    numbers[hits] = set->numbers[slot];
    // All but a few types are in the slot of their hash.
    if (set->addresses[slot] != word && !scan_look_up(set, word, &numbers[hits])) continue;
    if (++hits < capacity) continue;
    *found = hits;
    *resume = survivors->positions[index] + granule;
    return false;
  }
  *found = hits;
  return true;
}

/// Processes a region batch by batch: `filter` takes the positions of one, and the rest is done one by one.
#define SCAN_IN_BATCHES(filter, lanes)                                                                      \
  struct survivors survivors;                                                                               \
  size_t found = 0;                                                                                         \
  size_t position = *resume;                                                                                \
  if (capacity == 0) return 0;                                                                              \
  while (position + 16 <= size) {                                                                           \
    const size_t left = (size - position - 16) / granule + 1;                                               \
    const size_t count = left < batch_positions ? left : batch_positions;                                   \
    survivors.count = 0;                                                                                    \
    size_t done = count / lanes * lanes;                                                                    \
    filter(set, bytes, position, done, &survivors);                                                         \
    for (; done < count; done++) filter_one(set, bytes, position + done * granule, &survivors);             \
    if (!take(set, &survivors, granule, &position, positions, numbers, &found, capacity)) {                 \
      *resume = position + 16 <= size ? position : size;                                                    \
      return found;                                                                                         \
    }                                                                                                       \
    position += count * granule;                                                                            \
  }                                                                                                         \
  *resume = size;                                                                                           \
  return found

/// Prefetches `lines` cache lines ahead, even beyond the region's end, where that has no effect.
static inline void prefetch(const uint8_t *bytes, size_t lines) {
  const uintptr_t ahead = (uintptr_t)bytes + prefetch_distance;
  for (size_t line = 0; line < lines; line++) _mm_prefetch((const char *)(ahead + line * 64), _MM_HINT_T0);
}

static inline void filter_one(const struct scan_type_set *set, const uint8_t *bytes, size_t position,
                              struct survivors *survivors) {
  const uint64_t word = scan_load_word(bytes + position + 8);
  if (word - set->lowest > set->highest - set->lowest) return;
  survivors->words[survivors->count] = word;
  survivors->positions[survivors->count++] = (uint32_t)position;
}

// MARK: AVX2

/// Filters four words at a time by the range; the bloom filter's bits are then checked one by one.
__attribute__((target("avx2"), always_inline)) static inline void filter_avx2(
    const struct scan_type_set *set, const uint8_t *bytes, size_t position, size_t count, size_t granule,
    struct survivors *survivors) {
  const __m256i lowest = _mm256_set1_epi64x((int64_t)set->lowest);
  const __m256i sign = _mm256_set1_epi64x(INT64_MIN);
  const __m256i span = _mm256_xor_si256(_mm256_set1_epi64x((int64_t)(set->highest - set->lowest)), sign);
  size_t kept = survivors->count;
  for (size_t index = 0; index < count; index += 4, position += 4 * granule) {
    const uint8_t *start = bytes + position + 8;
    __m256i words;
    if (granule == 16 || (index & 4) == 0) prefetch(start, 1);
    if (granule == 8) {
      words = _mm256_loadu_si256((const __m256i *)(const void *)start);
    } else {
      // The last of the four words ends 56 bytes after the first's beginning: no byte after it is read.
      const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)start);
      const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(start + 24));
      // low holds words 0 and 2 of seven, high words 4 and 6, at its second and fourth places.
      words = _mm256_permute4x64_epi64(_mm256_blend_epi32(low, high, 0xCC), 0x00 | 2 << 2 | 1 << 4 | 3 << 6);
    }
    const __m256i offset = _mm256_xor_si256(_mm256_sub_epi64(words, lowest), sign);
    uint32_t outside = (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(offset, span)));
    for (uint32_t inside = ~outside & 15; inside; inside &= inside - 1) {
      const uint32_t lane = (uint32_t)__builtin_ctz(inside);
      const size_t own = position + lane * granule;
      const uint64_t word = scan_load_word(bytes + own + 8);
      const uint64_t bit = scan_hash(word) >> set->bloom_shift;
      survivors->words[kept] = word;
      survivors->positions[kept] = (uint32_t)own;
      kept += set->bloom[bit >> 6] >> (bit & 63) & 1;
    }
  }
  survivors->count = kept;
}

__attribute__((target("avx2"))) static void filter_avx2_by_8(const struct scan_type_set *set, const uint8_t *bytes,
                                                             size_t position, size_t count,
                                                             struct survivors *survivors) {
  filter_avx2(set, bytes, position, count, 8, survivors);
}

__attribute__((target("avx2"))) static void filter_avx2_by_16(const struct scan_type_set *set, const uint8_t *bytes,
                                                              size_t position, size_t count,
                                                              struct survivors *survivors) {
  filter_avx2(set, bytes, position, count, 16, survivors);
}

size_t scan_headers_avx2(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule,
                         size_t *resume, uint32_t *positions, uint32_t *numbers, size_t capacity) {
  if (granule == 8) {
    SCAN_IN_BATCHES(filter_avx2_by_8, 4);
  }
  SCAN_IN_BATCHES(filter_avx2_by_16, 4);
}

// MARK: AVX-512

#define TARGET_AVX512 target("avx512f,avx512dq,avx512bw,avx512vl")

/// Filters eight words at a time by the range and, with a gather, by the bloom filter.
__attribute__((TARGET_AVX512, always_inline)) static inline void filter_avx512(
    const struct scan_type_set *set, const uint8_t *bytes, size_t position, size_t count, size_t granule,
    struct survivors *survivors) {
  const __m512i lowest = _mm512_set1_epi64((int64_t)set->lowest);
  const __m512i span = _mm512_set1_epi64((int64_t)(set->highest - set->lowest));
  const __m512i factor = _mm512_set1_epi64((int64_t)SCAN_HASH_FACTOR);
  const __m512i even = _mm512_setr_epi64(0, 2, 4, 6, 9, 11, 13, 15);
  const __m128i shift = _mm_cvtsi32_si128((int)set->bloom_shift);
  const __m512i one = _mm512_set1_epi64(1);
  const __m256i steps = _mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32((int)granule));
  size_t kept = survivors->count;
  for (size_t index = 0; index < count; index += 8, position += 8 * granule) {
    const uint8_t *start = bytes + position + 8;
    __m512i words = _mm512_loadu_si512(start);
    prefetch(start, granule / 8);
    // The last of the eight words ends 120 bytes after the first's beginning: no byte after it is read.
    if (granule == 16) words = _mm512_permutex2var_epi64(words, even, _mm512_loadu_si512(start + 56));
    const __mmask8 inside = _mm512_cmple_epu64_mask(_mm512_sub_epi64(words, lowest), span);
    if (inside == 0) continue;
    const __m512i bits = _mm512_srl_epi64(_mm512_mullo_epi64(_mm512_srli_epi64(words, 3), factor), shift);
    const __m512i bloom = _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), inside, _mm512_srli_epi64(bits, 6),
                                                      set->bloom, 8);
    // A variable shift of 64-bit lanes uses more than six bits of its count.
    const __m512i bit = _mm512_srlv_epi64(bloom, _mm512_and_si512(bits, _mm512_set1_epi64(63)));
    const __mmask8 passed = _mm512_mask_test_epi64_mask(inside, bit, one);
    const __m256i own = _mm256_add_epi32(_mm256_set1_epi32((int)position), steps);
    _mm512_storeu_si512(survivors->words + kept, _mm512_maskz_compress_epi64(passed, words));
    _mm256_storeu_si256((__m256i *)(void *)(survivors->positions + kept), _mm256_maskz_compress_epi32(passed, own));
    kept += (size_t)__builtin_popcount(passed);
  }
  survivors->count = kept;
}

__attribute__((TARGET_AVX512)) static void filter_avx512_by_8(const struct scan_type_set *set, const uint8_t *bytes,
                                                              size_t position, size_t count,
                                                              struct survivors *survivors) {
  filter_avx512(set, bytes, position, count, 8, survivors);
}

__attribute__((TARGET_AVX512)) static void filter_avx512_by_16(const struct scan_type_set *set, const uint8_t *bytes,
                                                               size_t position, size_t count,
                                                               struct survivors *survivors) {
  filter_avx512(set, bytes, position, count, 16, survivors);
}

size_t scan_headers_avx512(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule,
                           size_t *resume, uint32_t *positions, uint32_t *numbers, size_t capacity) {
  if (granule == 8) {
    SCAN_IN_BATCHES(filter_avx512_by_8, 8);
  }
  SCAN_IN_BATCHES(filter_avx512_by_16, 8);
}

#endif
