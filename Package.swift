// swift-tools-version: 6.2
import PackageDescription

/// Set at build time, it becomes the Python version that the build assumes where a dump does not tell its own.
let defaultPythonVersion = Context.environment["PYMEMTOOLS_PYTHON_VERSION"]

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let warningsAreErrors: [CSetting] = [
  .unsafeFlags(["-Wall", "-Wextra", "-Wconversion", "-Werror"])
]

/// What only a debugger or profiler wants is left out of the program: half of its size. `SYMBOLS=1` keeps it.
let programFlags =
  ["-Xlinker", "--no-export-dynamic", "-Xlinker", "--icf=safe"]
  + (Context.environment["SYMBOLS"] == nil ? ["-Xlinker", "--strip-all"] : [])

func defaultVersionSettings() -> [SwiftSetting] {
  switch defaultPythonVersion {
  case "310": [.define("DEFAULT_PYTHON_310")]
  case "314": [.define("DEFAULT_PYTHON_314")]
  default: []
  }
}

let package = Package(
  name: "python-memtools",
  products: [.executable(name: "python-memtools", targets: ["python-memtools"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // C: kernels over whole regions, shims over variadic C functions, and the system's libraries.
    .target(name: "CScan", path: "CSupport/CScan", cSettings: warningsAreErrors),
    .target(name: "CPtrace", path: "CSupport/CPtrace", cSettings: warningsAreErrors),
    .target(name: "CWatch", path: "CSupport/CWatch", cSettings: warningsAreErrors),
    .target(name: "CLazyPages", path: "CSupport/CLazyPages", cSettings: warningsAreErrors),
    .target(name: "COpen", path: "CSupport/COpen", cSettings: warningsAreErrors),
    .target(
      name: "CLineEditor", path: "CSupport/CLineEditor", cSettings: warningsAreErrors,
      linkerSettings: [.linkedLibrary("edit")]),
    .systemLibrary(name: "CElf", path: "CSupport/CElf", pkgConfig: "libelf", providers: [.apt(["libelf-dev"])]),
    .systemLibrary(name: "CZlib", path: "CSupport/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", path: "CSupport/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CLzma", path: "CSupport/CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    .systemLibrary(name: "CLz4", path: "CSupport/CLz4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),

    // Swift, from the bytes up to the shell; each layer imports only those above it in this list.
    .target(name: "MemoryImage", dependencies: ["CScan"], swiftSettings: strict),
    .target(
      name: "NativeProcess", dependencies: ["MemoryImage", "CScan", "CElf", "COpen"], swiftSettings: strict),
    .target(
      name: "SnapshotFormats",
      dependencies: [
        "NativeProcess", "MemoryImage", "CElf", "CZlib", "CZstd", "CLzma", "CLz4", "CPtrace", "CLazyPages",
      ],
      swiftSettings: strict),
    .target(name: "CPython", dependencies: ["NativeProcess", "MemoryImage", "CScan"], swiftSettings: strict),
    .target(
      name: "HeapAnalysis", dependencies: ["CPython", "NativeProcess", "MemoryImage", "CScan"], swiftSettings: strict),
    .target(
      name: "Presentation",
      dependencies: ["HeapAnalysis", "CPython", "NativeProcess", "MemoryImage", "SnapshotFormats"], swiftSettings: strict),
    .target(
      name: "AnalysisShell",
      dependencies: [
        "Presentation", "HeapAnalysis", "CPython", "NativeProcess", "MemoryImage", "SnapshotFormats", "CLineEditor", "CWatch",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict + defaultVersionSettings()),
    .executableTarget(
      name: "python-memtools", dependencies: ["AnalysisShell"], swiftSettings: strict,
      linkerSettings: [.unsafeFlags(programFlags, .when(configuration: .release))]),

    .target(
      name: "TestSupport", dependencies: ["CPython", "NativeProcess", "MemoryImage"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(name: "CScanTests", dependencies: ["CScan"], swiftSettings: strict),
    .testTarget(name: "MemoryImageTests", dependencies: ["MemoryImage", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "NativeProcessTests", dependencies: ["NativeProcess", "MemoryImage", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "SnapshotFormatsTests", dependencies: ["SnapshotFormats", "NativeProcess", "MemoryImage", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CPythonTests", dependencies: ["CPython", "NativeProcess", "MemoryImage", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "HeapAnalysisTests",
      dependencies: ["HeapAnalysis", "CPython", "NativeProcess", "MemoryImage", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "PresentationTests",
      dependencies: ["Presentation", "HeapAnalysis", "CPython", "MemoryImage", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "AnalysisShellTests", dependencies: ["AnalysisShell", "Presentation", "TestSupport"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)

// What reads untrusted bytes, for libFuzzer; `make fuzz` builds it.
if Context.environment["FUZZ"] != nil {
  package.targets += [
    .target(name: "FuzzDriver", path: "Tests/FuzzDriver", cSettings: warningsAreErrors),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "AnalysisShell", "Presentation", "HeapAnalysis", "CPython", "SnapshotFormats", "NativeProcess", "MemoryImage", "CScan",
        "FuzzDriver", "TestSupport",
      ],
      path: "Tests/Fuzz", swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]),
  ]
}
