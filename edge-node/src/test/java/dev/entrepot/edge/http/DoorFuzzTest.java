package dev.entrepot.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.PullRequest;
import java.util.List;
import java.util.Optional;

/** Whatever strangers send, reading it ends in an answer of ours. */
class DoorFuzzTest {
  private static final UpstreamNames NAMES =
      new UpstreamNames() {
        @Override
        public Optional<String> canonical(String nameOrAlias) {
          return Optional.of(nameOrAlias)
              .filter(name -> name.equals("docker.io") || name.equals("ghcr.io"));
        }

        @Override
        public String defaultName() {
          return "docker.io";
        }

        @Override
        public boolean needsLibrary(String canonical) {
          return canonical.equals("docker.io");
        }
      };

  @FuzzTest(maxDuration = "20s")
  void a_path_is_read_or_refused(FuzzedDataProvider data) {
    String target = "/v2/" + data.consumeRemainingAsString();
    Parsed parsed = new PathGrammar(NAMES, DoorLimits.DEFAULT).parse(target);
    if (parsed instanceof Parsed.Asked(PullRequest.OfRepository of, _)) {
      assertThat(of.repository().upstream()).isIn("docker.io", "ghcr.io");
      assertThat(of.repository().path()).doesNotContain("..", "%", "//", "\0");
    } else if (parsed instanceof Parsed.Wrong(Failure refused)) {
      assertThat(refused).isNotInstanceOf(Failure.Unforeseen.class);
    }
  }

  @FuzzTest(maxDuration = "20s")
  void a_range_lies_in_the_blob_or_is_refused(FuzzedDataProvider data) {
    long size = data.consumeLong(0, 1L << 40);
    String header = "bytes=" + data.consumeRemainingAsString();
    switch (RangeHeader.select(header, size, 16)) {
      case RangeHeader.Selection.Single(ByteRange range) -> isInside(range, size);
      case RangeHeader.Selection.Several(List<ByteRange> ranges) -> {
        assertThat(ranges).hasSizeBetween(1, 16);
        ranges.forEach(range -> isInside(range, size));
      }
      case RangeHeader.Selection.Whole _, RangeHeader.Selection.Unsatisfiable _ -> {}
    }
  }

  private static void isInside(ByteRange range, long size) {
    assertThat(range.first()).isBetween(0L, range.end() - 1);
    assertThat(range.end()).isLessThanOrEqualTo(size);
  }
}
