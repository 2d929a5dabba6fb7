import Testing

@testable import Presentation

struct ByteCountTests {
  @Test(arguments: [
    (0, "0 bytes"), (512, "512 bytes"), (1023, "1023 bytes"), (1024, "1 KB"), (1536, "1.5 KB"), (8_808_038, "8.4 MB"),
    (29_527_900, "28.16 MB"), (1_048_575, "1 MB"), (1 << 30, "1 GB"), (1_034, "1.01 KB"),
  ])
  func readsAsPeopleWriteIt(bytes: Int, expected: String) {
    #expect(ByteCount(bytes).description == expected)
  }

  @Test func theGreatestNumberHasAText() {
    #expect(ByteCount(.max).description == "8192 PB")
  }
}
