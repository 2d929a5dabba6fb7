#include "scan_lookup.h"

static inline uint32_t load_half(const uint8_t *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

static inline bool has_pool_header(const struct scan_pool_layout *pools, const uint8_t *bytes) {
  const uint32_t size_class = load_half(bytes + pools->class_at);
  if (size_class >= pools->largest_block / 16) return false;
  const uint32_t block_size = (size_class + 1) * 16;
  const uint32_t next = load_half(bytes + pools->next_offset_at);
  const uint32_t first = pools->header_size;
  // The largest offset at which a block still fits: a random header does not have it.
  return load_half(bytes + pools->largest_offset_at) == pools->pool_size - block_size && next >= first &&
         next <= pools->pool_size && (next - first) % block_size == 0 &&
         load_half(bytes + pools->count_at) <= (pools->pool_size - first) / block_size;
}

size_t scan_pool_pages(const struct scan_pool_layout *pools, const uint8_t *bytes, size_t page_count, bool are_pools) {
  // No processor predicts a read of one line in each page.
  const size_t ahead = 16;
  size_t page = 0;
  for (; page < page_count; page++) {
    if (page_count - page > ahead) __builtin_prefetch(bytes + (page + ahead) * pools->pool_size);
    if (has_pool_header(pools, bytes + page * pools->pool_size) != are_pools) break;
  }
  return page;
}

bool scan_enter_pool(const struct scan_process *process, const uint8_t *bytes, uint64_t address,
                     struct scan_pool *pool) {
  const struct scan_pool_layout *pools = &process->pools;
  pool->address = address;
  pool->block_size = 0;
  const uint32_t first = pools->header_size;
  if (!has_pool_header(pools, bytes)) return false;
  const uint32_t block_size = (load_half(bytes + pools->class_at) + 1) * 16;
  const uint32_t next = load_half(bytes + pools->next_offset_at);
  const uint32_t count = load_half(bytes + pools->count_at);
  memset(pool->starts, 0, sizeof pool->starts);
  for (uint32_t block = first; block < next; block += block_size)
    pool->starts[block >> 10] |= UINT64_C(1) << (block >> 4 & 63);
  uint64_t free_block = scan_load_word(bytes + pools->free_at);
  const uint32_t carved = (next - first) / block_size;
  for (uint32_t left = carved > count ? carved - count : 0; left > 0 && free_block != 0; left--) {
    const uint64_t offset = free_block - address;
    if (offset < first || offset >= next || (offset - first) % block_size != 0) return false;
    const uint64_t bit = UINT64_C(1) << (offset >> 4 & 63);
    // A block that is free twice shows that the list is damaged.
    if (!(pool->starts[offset >> 10] & bit)) return false;
    pool->starts[offset >> 10] &= ~bit;
    free_block = scan_load_word(bytes + offset);
  }
  // An empty pool waits for another size class: nothing in it is alive.
  if (count == 0) memset(pool->starts, 0, sizeof pool->starts);
  pool->block_size = block_size;
  return true;
}

/// The two lowest bits of `_gc_prev` and, since 3.14, the lowest of `_gc_next` are flags. The flag that the finalizer
/// was called stays set after the object is untracked.
static const uint64_t link_flags = 3;
static const uint64_t finalized = 1;

/// Returns whether the head of an object is linked to a next one that links back, or is not linked at all.
static inline bool is_linked(const struct scan_process *process, const uint8_t *head, uint64_t address, size_t *last) {
  const uint64_t next = scan_load_word(head + process->next_at);
  const uint64_t previous = scan_load_word(head + process->previous_at);
  if (next == 0) return (previous & ~finalized) == 0;
  if ((next & ~link_flags) == 0 || (previous & ~link_flags) == 0) return false;
  const uint8_t *back = scan_bytes_at(&process->memory, (next & ~link_flags) + process->previous_at, 8, last);
  return back != NULL && (scan_load_word(back) & ~link_flags) == address;
}

/// The distance, in objects, at which the next object is prefetched: it may be anywhere in memory.
static const size_t links_ahead = 8;

/// Prefetches the head that a candidate's is linked to, if that is in the segment of the last one.
static inline void prefetch_link(const struct scan_process *process, const uint8_t *bytes, uint32_t position,
                                 const struct scan_type *type, size_t segment) {
  const struct scan_memory *memory = &process->memory;
  if (!type->is_linked || position < process->link_head || segment >= memory->count) return;
  const uint64_t next = scan_load_word(bytes + position - process->link_head + process->next_at);
  if (next >= memory->starts[segment] && next < memory->ends[segment])
    __builtin_prefetch((const uint8_t *)memory->bases[segment] + (next - memory->starts[segment]));
}

/// Returns the number of bytes of a `str`'s text and of what precedes it, or -1 if the caller must decide.
static inline int64_t text_size(const struct scan_text *text, const uint8_t *object, size_t readable) {
  if (readable < text->compact_size) return -1;
  const uint32_t state = load_half(object + text->state_at);
  if ((state & text->ready_mask) != text->ready_mask || !(state >> text->compact_shift & 1)) return -1;
  if (text->wstr_at != 0 && scan_load_word(object + text->wstr_at) != 0) return -1;
  const uint32_t kind = state >> text->kind_shift & 7;
  const bool is_ascii = state >> text->ascii_shift & 1;
  if (kind == 0) return -1;
  if (!is_ascii && scan_load_word(object + text->utf8_at) != 0) return -1;
  const uint64_t length = scan_load_word(object + text->length_at);
  if (length > INT64_MAX / 16) return -1;
  const uint64_t head = is_ascii ? text->ascii_size : text->compact_size;
  return (int64_t)(head + (length + 1) * kind);
}

/// Returns the number of bytes of the keys that a `dict` owns, 0 if it shares them, or -1 if the caller must decide.
static inline int64_t keys_size(const struct scan_process *process, const uint8_t *object, size_t readable,
                                size_t *last) {
  const struct scan_dict *dict = &process->dict;
  if (readable < (size_t)dict->keys_at + 8 || readable < (size_t)dict->values_at + 8) return -1;
  if (scan_load_word(object + dict->values_at) != 0) return -1;
  const uint8_t *keys = scan_bytes_at(&process->memory, scan_load_word(object + dict->keys_at), dict->indices_at, last);
  if (keys == NULL) return -1;
  uint64_t slots = 0;
  if (dict->slots_at != 0) slots = scan_load_word(keys + dict->slots_at);
  else if (keys[dict->log2_slots_at] < 64) slots = UINT64_C(1) << keys[dict->log2_slots_at];
  if (slots == 0 || slots > UINT64_C(1) << 40 || (slots & (slots - 1)) != 0) return -1;
  uint64_t index_bytes = slots * (slots <= 0xFF ? 1 : slots <= 0xFFFF ? 2 : slots <= 0xFFFFFFFF ? 4 : 8);
  if (dict->log2_bytes_at != 0) {
    if (keys[dict->log2_bytes_at] > 43) return -1;
    index_bytes = UINT64_C(1) << keys[dict->log2_bytes_at];
  }
  if (scan_load_word(keys + dict->references_at) != 1) return 0;
  // Keys that are all strings have no stored hashes.
  const uint64_t entry = dict->kind_at != 0 && keys[dict->kind_at] != 0 ? 16 : 24;
  return (int64_t)(dict->indices_at + index_bytes + slots * 2 / 3 * entry);
}

/// Returns the object's size, or -1 if it is not known here. `*last` is the segment of the previous such object's keys.
static inline int64_t size_of(const struct scan_process *process, const struct scan_type *type, const uint8_t *object,
                              size_t readable, size_t *last) {
  uint64_t count = 0;
  switch (type->size_rule) {
    case scan_size_fixed: return type->before_size + type->base_size;
    case scan_size_text: {
      const int64_t size = text_size(&process->text, object, readable);
      return size < 0 ? -1 : type->before_size + size;
    }
    case scan_size_dict: {
      const int64_t size = keys_size(process, object, readable, last);
      return size < 0 ? -1 : type->before_size + type->base_size + size;
    }
    case scan_size_items:
    case scan_size_digits:
    case scan_size_tag:
      if (readable < (size_t)type->count_at + 8) return -1;
      count = scan_load_word(object + type->count_at);
      break;
    default: return -1;
  }
  if (type->size_rule == scan_size_digits && count >> 63) count = -count;
  if (type->size_rule == scan_size_tag) count >>= 3;
  if (count > UINT64_C(1) << 40) return -1;
  if (count < type->least_count) count = type->least_count;
  return type->before_size + type->base_size + (int64_t)count * type->item_size;
}

size_t scan_judge(const struct scan_process *process, const struct scan_pool *pool, const uint8_t *bytes,
                  uint64_t base, const uint32_t *positions, const uint32_t *numbers, size_t count, uint8_t *verdicts,
                  uint64_t *sizes) {
  size_t segment = 0, keys_segment = 0;
  size_t index = 0;
  for (; index < count; index++) {
    if (count - index > links_ahead)
      prefetch_link(process, bytes, positions[index + links_ahead], &process->types[numbers[index + links_ahead]], segment);
    const uint64_t address = base + positions[index];
    const uint64_t offset = address - pool->address;
    if (offset >= process->pools.pool_size) break;
    const struct scan_type *type = &process->types[numbers[index]];
    verdicts[index] = scan_ask;
    if (!type->is_judged || offset < type->before || type->least_block > pool->block_size) continue;
    const uint64_t start = offset - type->before;
    if (start % 16 != 0 || !(pool->starts[start >> 10] >> (start >> 4 & 63) & 1)) continue;
    const uint8_t *object = bytes + positions[index];
    const uint64_t word = scan_load_word(object);
    if (word & process->forbidden_count_bits) continue;
    const uint32_t references = (uint32_t)word;
    if (references == 0 || (references > process->largest_count && !(references & process->immortal_bit))) continue;
    if (type->is_linked) {
      const uint8_t *head = object - process->link_head;
      if (!is_linked(process, head, address - process->link_head, &segment)) continue;
      // The block may have an object without a head whose last word looks like a candidate. The caller decides, unless
      // the first word cannot be a reference count.
      if (scan_load_word(head + process->next_at) == 0 && scan_load_word(object - type->before) != 0) continue;
    }
    const int64_t size = size_of(process, type, object, process->pools.pool_size - offset, &keys_segment);
    const bool is_sized = (uint64_t)size <= process->largest_size;
    // A block that is only partly written keeps the header of a dead object. If that had a head, its links show it.
    if (!type->is_linked) {
      if (!is_sized) continue;
      if (type->is_in_block && size - type->before_size + type->before > pool->block_size) continue;
    }
    verdicts[index] = is_sized ? scan_live : scan_unsized;
    sizes[index] = (uint64_t)size;
  }
  return index;
}

size_t scan_record(const uint32_t *positions, const uint32_t *numbers, const uint8_t *verdicts, const uint64_t *sizes,
                   size_t count, size_t offset, unsigned shift, uint64_t *bitmap, struct scan_total *totals,
                   uint32_t *kept) {
  size_t live = 0;
  for (size_t index = 0; index < count; index++) {
    if (verdicts[index] == scan_ask) continue;
    const size_t bit = (positions[index] + offset) >> shift;
    bitmap[bit >> 6] |= UINT64_C(1) << (bit & 63);
    struct scan_total *total = &totals[numbers[index]];
    total->objects++;
    total->bytes += sizes[index];
    kept[live++] = numbers[index];
  }
  return live;
}
