import CPython
import CScan
import MemoryImage

/// Accepts the objects in pymalloc's pools about which there is no doubt, a whole batch at a time and in C.
///
/// `CandidateJudge` would accept the same objects too. Everything else is left to it.
@safe
final class BlockJudge: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: written once by the initialiser, read-only afterwards.
  private let process: UnsafeMutablePointer<scan_process>
  private let types: UnsafeMutablePointer<scan_type>
  private let pageSize: UInt64
  private let isUsable: Bool
  /// Keeps the inferior's memory readable as long as this exists.
  private let inferior: Inferior

  init(_ inferior: Inferior) {
    self.inferior = inferior
    let layout = inferior.layout
    pageSize = UInt64(clamping: layout.pymalloc.poolSize)
    isUsable = Self.isUsable(for: layout)
    let rules = SizeRules(layout)
    let judge = CandidateJudge(inferior)
    unsafe types = .allocate(capacity: max(1, inferior.types.traits.count))
    for (index, traits) in inferior.types.traits.enumerated() {
      let type = rules.rule(of: traits, leastBlock: judge.size(upToLeastOf: traits), prefix: inferior.blockPrefixSize)
      unsafe (types + index).initialize(to: type)
    }
    unsafe process = .allocate(capacity: 1)
    unsafe process.initialize(to: scan_process(layout, memory: inferior.memory.segments, types: types))
    unsafe process.pointee.largest_size = UInt64(clamping: inferior.addressSpace.byteCount)
  }

  deinit {
    unsafe process.deallocate()
    unsafe types.deallocate()
  }

  /// Whether the kernel may be used: pools are as it knows them, and all fields that it reads without a check are
  /// inside their structures. The layout may have come from the dump.
  static func isUsable(for layout: Layout) -> Bool {
    let head = layout.gcHead
    let text = layout.unicode
    let inText = [text.length.bytes, text.state.bytes, text.wstr?.bytes ?? 0, text.utf8.bytes]
    let dict = layout.dict
    let keys = layout.dictKeys
    // The number of slots is a word or a byte.
    let inKeys = [keys.dk_refcnt.bytes, keys.dk_size?.bytes ?? 0]
    let bytesInKeys = [keys.dk_log2_size, keys.dk_log2_index_bytes, keys.dk_kind].map { $0?.bytes ?? 0 }
    let shifts = [text.kindShift, text.compactShift, text.asciiShift, text.readyShift ?? 0]
    func lie(_ fields: [Int], in size: Int, width: Int = 8) -> Bool {
      fields.allSatisfy { $0 >= 0 && $0 <= size - width }
    }
    return layout.pymalloc.isUsable && lie([head.gc_next.bytes, head.gc_prev.bytes], in: head.size)
      && head.size <= 64 && lie(inText, in: text.compactSize) && text.compactSize <= 4096
      && lie([dict.ma_keys.bytes, dict.ma_values.bytes], in: dict.size) && dict.size <= 4096
      && lie(inKeys, in: keys.dk_indices.bytes) && lie(bytesInKeys, in: keys.dk_indices.bytes, width: 1)
      && keys.dk_indices.bytes <= 4096 && (keys.dk_size?.bytes ?? keys.dk_log2_size?.bytes ?? 0) > 0
      && (0...text.compactSize).contains(text.asciiSize) && shifts.allSatisfy { $0 < 32 }
  }

  /// Judges candidates of a chunk, in ascending order. The verdict `scan_ask` leaves a candidate undecided.
  @unsafe
  func judge(
    _ batch: HeaderBatch, in chunk: MemoryChunk, pool: inout scan_pool,
    verdicts: UnsafeMutablePointer<UInt8>, sizes: UnsafeMutablePointer<UInt64>
  ) {
    guard isUsable else { return unsafe verdicts.update(repeating: UInt8(scan_ask.rawValue), count: batch.count) }
    let start = chunk.range.start.rawValue
    let bytes = unsafe chunk.bytes.assumingMemoryBound(to: UInt8.self)
    var index = 0
    while index < batch.count {
      // SAFETY: positions are in the chunk, and so is a page that is read, as a whole.
      let page = unsafe (start &+ UInt64(batch.positions[index])) & ~(pageSize &- 1)
      if pool.address != page {
        pool = scan_pool()
        pool.address = page
        if page >= start, page &- start &+ pageSize <= UInt64(chunk.range.count) {
          _ = unsafe scan_enter_pool(process, bytes + Int(page &- start), page, &pool)
        }
      }
      unsafe index += scan_judge(
        process, &pool, bytes, start, batch.positions + index, batch.numbers + index, batch.count - index,
        verdicts + index, sizes + index)
    }
  }
}

extension scan_process {
  /// What the kernels know of a process with this layout.
  @unsafe
  fileprivate init(_ layout: Layout, memory: SegmentTable, types: UnsafePointer<scan_type>) {
    unsafe self.init()
    unsafe self.memory = memory.kernelMemory
    unsafe self.types = types
    unsafe text = scan_text(layout.unicode)
    unsafe dict = scan_dict(layout.dict, layout.dictKeys)
    switch layout.object.referenceCount {
    case .wholeWord: unsafe forbidden_count_bits = 0xFFFF_FFFF_0000_0000
    case .lowHalf: unsafe (forbidden_count_bits, immortal_bit) = (0xFFFF_FFFF_0000_0000, 0x8000_0000)
    case .lowHalfBesideFlags: unsafe (forbidden_count_bits, immortal_bit) = (0x0000_FFFF_0000_0000, 0x8000_0000)
    }
    unsafe largest_count = UInt32(clamping: CandidateJudge.suspiciousCount)
    unsafe link_head = UInt32(clamping: layout.gcHead.size)
    unsafe next_at = UInt32(clamping: layout.gcHead.gc_next.bytes)
    unsafe previous_at = UInt32(clamping: layout.gcHead.gc_prev.bytes)
    unsafe pools = scan_pool_layout(layout.pymalloc)
  }
}

extension scan_text {
  fileprivate init(_ layout: UnicodeLayout) {
    self.init(
      ascii_size: UInt32(clamping: layout.asciiSize), compact_size: UInt32(clamping: layout.compactSize),
      length_at: UInt32(clamping: layout.length.bytes), state_at: UInt32(clamping: layout.state.bytes),
      wstr_at: UInt32(clamping: layout.wstr?.bytes ?? 0), utf8_at: UInt32(clamping: layout.utf8.bytes),
      kind_shift: layout.kindShift, compact_shift: layout.compactShift, ascii_shift: layout.asciiShift,
      ready_mask: layout.readyShift.map { 1 << $0 } ?? 0)
  }
}

extension scan_dict {
  fileprivate init(_ dict: DictLayout, _ keys: DictKeysLayout) {
    self.init(
      keys_at: UInt32(clamping: dict.ma_keys.bytes), values_at: UInt32(clamping: dict.ma_values.bytes),
      references_at: UInt32(clamping: keys.dk_refcnt.bytes), indices_at: UInt32(clamping: keys.dk_indices.bytes),
      slots_at: UInt32(clamping: keys.dk_size?.bytes ?? 0),
      log2_slots_at: UInt32(clamping: keys.dk_log2_size?.bytes ?? 0),
      log2_bytes_at: UInt32(clamping: keys.dk_log2_index_bytes?.bytes ?? 0),
      kind_at: UInt32(clamping: keys.dk_kind?.bytes ?? 0))
  }
}

/// How the kernel computes the sizes of a type's instances, as `byteCount` of their structures does.
private struct SizeRules {
  private let layout: Layout
  private let sizeField: UInt16

  init(_ layout: Layout) {
    self.layout = layout
    sizeField = UInt16(clamping: layout.object.ob_size.bytes)
  }

  func rule(of traits: TypeTraits, leastBlock: Int, prefix: Int) -> scan_type {
    var type = scan_type()
    let plausible = 0..<1 << 30
    // A type object itself says whether it has a collector's head; its fields are far from its beginning.
    guard traits.kind != .type, plausible.contains(leastBlock), plausible.contains(traits.basicSize),
      plausible.contains(traits.itemSize)
    else { return type }
    type.is_judged = true
    type.is_linked = traits.isGC
    type.least_block = UInt32(clamping: leastBlock)
    type.before = UInt32(clamping: traits.preheaderSize + prefix)
    type.before_size = Int64(traits.preheaderSize)
    type.base_size = Int64(traits.basicSize)
    setSize(of: &type, traits)
    type.is_in_block = traits.itemSize > 0 || traits.kind == .str
    return type
  }

  private func setSize(of type: inout scan_type, _ traits: TypeTraits) {
    func set(_ rule: scan_size_rule, items: Int = 0, at field: UInt16 = 0) {
      type.size_rule = UInt8(rule.rawValue)
      type.item_size = Int64(items)
      type.count_at = field
    }
    switch traits.kind {
    case .float, .complex, .cell, .function, .method, .builtinFunction, .module: set(scan_size_fixed)
    case .structure where traits.itemSize == 0: set(scan_size_fixed)
    case .generic where traits.itemSize == 0: set(scan_size_fixed)
    case .generic: set(scan_size_items, items: traits.itemSize, at: sizeField)
    case .bytes: set(scan_size_items, items: 1, at: sizeField)
    case .tuple: set(scan_size_items, items: 8, at: sizeField)
    case .list: set(scan_size_items, items: 8, at: UInt16(clamping: layout.list.allocated.bytes))
    case .str: set(scan_size_text)
    case .dict: set(scan_size_dict)
    case .int, .bool:
      type.least_count = UInt16(clamping: layout.long.leastDigitCount)
      if let tag = layout.long.lv_tag {
        set(scan_size_tag, items: traits.itemSize == 2 ? 2 : 4, at: UInt16(clamping: tag.bytes))
      } else {
        set(scan_size_digits, items: traits.itemSize == 2 ? 2 : 4, at: sizeField)
        type.base_size = Int64(layout.long.ob_digit.bytes)
      }
    default: set(scan_size_unknown)
    }
  }
}
