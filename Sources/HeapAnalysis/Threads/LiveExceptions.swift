import CPython
package import MemoryImage

/// Every exception object of a process, and the tasks and futures that ended with one.
package struct LiveExceptions: Sendable {
  /// The exceptions in the order of their addresses.
  package let exceptions: [Address]
  /// The tasks and futures that have an exception, with it, in the order of their addresses.
  package let results: [(future: AsyncFuture, exception: Address)]

  /// Finds them. Those that CPython keeps in reserve for a lack of memory are left out: the collector does not track
  /// them, as it does every exception that was raised (`last_resort_memory_error`, Objects/exceptions.c).
  ///
  /// - Throws: `Cancellation`.
  package init(in heap: Heap) throws(Cancellation) {
    let inferior = heap.inferior
    let futures = AsyncFuture.typeNumbers(in: inferior)
    let isWanted = inferior.types.traits.map { type in
      type.flags.contains(.baseExceptionSubclass) || futures.contains(Int(type.number))
    }
    let found = try heap.mapPieces(ofTypes: isWanted) { forEachObject in
      var exceptions: [Address] = []
      var results: [(future: AsyncFuture, exception: Address)] = []
      forEachObject { header in
        if header.type.flags.contains(.baseExceptionSubclass) {
          if Liveness.isTracked(header.address, in: inferior) { exceptions.append(header.address) }
        } else if let future = AsyncFuture(header, in: inferior) {
          let exception = future.exception(in: inferior)
          if !exception.isNull { results.append((future, exception)) }
        }
      }
      return (exceptions, results)
    }
    exceptions = found.flatMap(\.0)
    results = found.flatMap(\.1)
  }
}
