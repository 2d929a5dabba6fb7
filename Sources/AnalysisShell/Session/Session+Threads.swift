import CPython
import HeapAnalysis
import MemoryImage
import SnapshotFormats

extension Session {
  /// The threads of a process.
  ///
  /// - Parameter exhaustive: whether all memory is searched for thread states that are in no list.
  func threads(of python: OpenedInferior, exhaustive: Bool = false) -> ThreadList {
    let lost =
      exhaustive
      ? searching { UnlinkedThreadStates.find(of: python.runtime, in: python.inferior, threadCount: threadCount) } : []
    return ThreadList(of: python.runtime, native: snapshot.threads, lost: lost, in: python.inferior)
  }

  /// The threads of the process, all of its types known.
  func threads(exhaustive: Bool = false) throws -> ThreadList { threads(of: try python(), exhaustive: exhaustive) }
}
