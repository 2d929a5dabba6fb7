public import MemoryImage

extension AddressSpace {
  /// Returns all memory, in chunks that begin at multiples of `alignment`, in ascending order. Where programs are known,
  /// the chunks distinguish their static data from heaps. Otherwise any memory may be static data.
  public func chunks(alignment: Int = 4 << 20, overlap: Int = 256) -> [MemoryChunk] {
    let programs = LoadedProgram.all(in: self)
    return chunks(
      staticData: programs.isEmpty ? nil : programs.flatMap(\.data).merged(), alignment: alignment, overlap: overlap)
  }
}
