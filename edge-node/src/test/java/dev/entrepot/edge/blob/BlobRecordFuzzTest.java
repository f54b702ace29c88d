package dev.entrepot.edge.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Bytes from a disk are a record that encodes to the same bytes again, or are refused. */
class BlobRecordFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void a_record_is_read_whole_or_refused(FuzzedDataProvider data) {
    byte[] bytes = data.consumeRemainingAsBytes();
    BlobRecord record;
    try {
      record = BlobRecord.decode(bytes);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageContaining("blob record");
      return;
    }
    assertThat(BlobRecord.decode(record.encode())).isEqualTo(record);
  }
}
