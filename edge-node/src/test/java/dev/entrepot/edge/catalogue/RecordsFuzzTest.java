package dev.entrepot.edge.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Bytes from a disk are a record that encodes to the same bytes again, or are refused. */
class RecordsFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void records_are_read_whole_or_refused(FuzzedDataProvider data) {
    int kind = data.consumeInt(0, 4);
    byte[] bytes = data.consumeRemainingAsBytes();
    try {
      byte[] again =
          switch (kind) {
            case 0 -> TagIndex.encode(TagIndex.decode(bytes));
            case 1 -> MentionIndex.encode(MentionIndex.decode(bytes));
            case 2 -> ManifestShelf.encode(ManifestShelf.decode(bytes));
            case 3 -> ListIndex.encode(ListIndex.decode(bytes));
            default -> RepositoryVisibility.encode(RepositoryVisibility.decode(bytes));
          };
      assertThat(again).isEqualTo(bytes);
    } catch (CorruptRecordException refused) {
      assertThat(refused).hasMessageMatching(".{5,}");
    }
  }
}
