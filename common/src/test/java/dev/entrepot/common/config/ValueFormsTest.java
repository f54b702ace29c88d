package dev.entrepot.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.entrepot.common.net.Cidr;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ValueFormsTest {

  @ParameterizedTest
  @CsvSource({"250ms,PT0.25S", "30s,PT30S", "5m,PT5M", "2h,PT2H", "3d,PT72H", "0s,PT0S"})
  void durations_are_read_and_written_alike(String text, Duration expected) {
    assertThat(Durations.parse(text)).isEqualTo(expected);
    assertThat(Durations.print(expected)).isEqualTo(text);
  }

  @Test
  void an_unlimited_duration_can_be_reckoned_with() {
    assertThat(Durations.print(Durations.parse("unlimited"))).isEqualTo("unlimited");
    assertThat(Durations.UNLIMITED.toNanos()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "5 m", "-5m", "5M", "1.5h", "forever", "99999999999d", "٥m"})
  void what_is_no_duration_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "512B,512",
    "1KiB,1024",
    "200MiB,209715200",
    "50GiB,53687091200",
    "1TiB,1099511627776"
  })
  void sizes_are_read_and_written_alike(String text, long expected) {
    assertThat(Sizes.parse(text)).isEqualTo(expected);
    assertThat(Sizes.print(expected)).isEqualTo(text);
  }

  @Test
  void decimal_sizes_are_a_thousand_each() {
    assertThat(Sizes.parse("1GB")).isEqualTo(1_000_000_000L);
    assertThat(Sizes.parse("3kB")).isEqualTo(3_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "5G", "-1GiB", "1.5GiB", "5 GiB", "999999999999999TiB", "120%"})
  void what_is_no_size_or_share_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> SizeOrShare.parse(text));
  }

  @Test
  void a_share_is_of_a_whole_and_a_size_is_not() {
    assertThat(SizeOrShare.parse("80%").of(1_000)).isEqualTo(800);
    assertThat(SizeOrShare.parse("100%").of(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(SizeOrShare.parse("1KiB").of(10)).isEqualTo(1024);
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0:5000,0.0.0.0,5000", "edge.example:0,edge.example,0", "[::1]:5000,::1,5000"})
  void addresses_are_read_and_written_alike(String text, String host, int port) {
    assertThat(ListenAddress.parse(text)).isEqualTo(new ListenAddress(host, port));
    assertThat(ListenAddress.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5000", ":5000", "host", "host:65536", "::1:5000", "[host]:1", "a b:1"})
  void what_is_no_address_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ListenAddress.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,10.0.0.0/8",
    "127.0.0.1,127.0.0.1/32",
    "::1,::1/128",
    "fc00::/7,fc00::/7",
    "0.0.0.0/0,0.0.0.0/0"
  })
  void networks_get_their_prefix_length(String text, String expected) {
    assertThat(Networks.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10/8",
        "10.0.0.0/33",
        "10.0.0.1/8",
        "fc01::/7",
        "fe80::1%eth0",
        "a.b.c.d",
        "1.2.3.4/",
        "10.0.0.0/08",
        "10.0.0.0/+8",
        "010.0.0.0/8",
        "::ffff:10.0.0.0/8"
      })
  void what_is_no_network_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Networks.parse(text));
  }

  /** What no edge could read must not reach a snapshot. */
  @Test
  void whatever_settings_take_for_a_network_is_one_to_an_edge() {
    Random random = new Random(20);
    String[] parts = {
      "10", "0", "255", "256", "08", ".", ".0", ":", "::", "ffff", "fc00", "10.0.0.0", "10.1.2.3"
    };
    String[] ends = {"", "/", "/8", "/08", "/+8", "/32", "/0", "/128", "/96", "/-1", "/129"};
    int taken = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int part = random.nextInt(1, 9); part > 0; part--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      String asked = text.append(ends[random.nextInt(ends.length)]).toString();
      Optional<String> network = network(asked);
      assertThat(network.flatMap(Cidr::tryParse).isPresent())
          .as(asked)
          .isEqualTo(network.isPresent());
      taken += network.isPresent() ? 1 : 0;
    }
    assertThat(taken).isGreaterThan(1_000);
    assertThat(network("::ffff:10.1.2.3").map(Cidr::parse)).contains(Cidr.parse("10.1.2.3/32"));
  }

  private static Optional<String> network(String text) {
    try {
      return Optional.of(Networks.parse(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  @Test
  void a_secret_hides_and_still_compares() {
    assertThat(new Secret("word")).hasToString("(hidden)").isEqualTo(new Secret("word"));
    assertThat(new Secret("word")).isNotEqualTo(new Secret("world"));
  }

  @ParameterizedTest
  @CsvSource({"drain,drian,1", "drain,drain,0", "drain,rain,1", "drain,train,1", "'',abc,3"})
  void mistakes_are_counted_with_swaps_as_one(String from, String to, int expected) {
    assertThat(NearestName.distance(from, to)).isEqualTo(expected);
  }
}
