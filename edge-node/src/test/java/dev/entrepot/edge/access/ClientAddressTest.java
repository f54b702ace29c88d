package dev.entrepot.edge.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
  private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");
  private static final Set<InetAddress> PROXIES = Set.of(PROXY, InetAddress.ofLiteral("10.0.0.2"));

  private final ClientAddress addresses = new ClientAddress(PROXIES::contains);

  @Test
  void a_stranger_speaks_for_itself_alone() {
    InetAddress stranger = InetAddress.ofLiteral("192.0.2.1");

    assertThat(addresses.of(stranger, List.of("127.0.0.1"), List.of("for=127.0.0.1")))
        .contains(stranger);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.1, 192.0.2.7 | 192.0.2.7",
        "127.0.0.1, 192.0.2.7, 10.0.0.2 | 192.0.2.7",
        "garbage, 192.0.2.7 | 192.0.2.7",
        "192.0.2.7:4711 | 192.0.2.7",
        "[2001:db8::1]:80 | 2001:db8::1",
        "2001:db8::1 | 2001:db8::1",
        "::ffff:192.0.2.7 | 192.0.2.7",
        "10.0.0.2 | 10.0.0.2",
      })
  void a_trusted_proxy_is_read_from_the_right(String line, String client) {
    assertThat(addresses.of(PROXY, List.of(line), List.of()))
        .contains(InetAddress.ofLiteral(client));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "127.1",
        "2130706433",
        "010.0.0.1",
        "192.0.2.7, unknown",
        "",
        "192.0.2.7,",
        "[::1",
        "1.2.3.4:x",
        "1.2.3.4.5",
        "256.1.1.1",
        "fe80::1%eth0",
        "::1::"
      })
  void what_is_no_address_trusts_nobody(String line) {
    assertThat(addresses.of(PROXY, List.of(line), List.of())).isEmpty();
  }

  @Test
  void several_lines_are_one_list() {
    assertThat(addresses.of(PROXY, List.of("127.0.0.1", "192.0.2.7", "10.0.0.2"), List.of()))
        .contains(InetAddress.ofLiteral("192.0.2.7"));
    String[] many = new String[100];
    Arrays.fill(many, "10.0.0.2");
    assertThat(addresses.of(PROXY, List.of(many), List.of())).isEmpty();
  }

  @Test
  void forwarded_is_read_where_there_is_nothing_else() {
    List<String> lines = List.of("for=127.0.0.1, For=\"[2001:db8::5]:99\";proto=https;by=_a");

    assertThat(addresses.of(PROXY, List.of(), lines))
        .contains(InetAddress.ofLiteral("2001:db8::5"));
    assertThat(addresses.of(PROXY, List.of(), List.of("proto=https"))).isEmpty();
    assertThat(addresses.of(PROXY, List.of(), List.of("for=_hidden"))).isEmpty();
  }

  /** A proxy that writes one kind of header passes on what the client wrote in the other. */
  @Test
  void two_kinds_of_headers_that_disagree_trust_nobody() {
    List<String> forged = List.of("10.0.0.9");
    List<String> proxys = List.of("for=192.0.2.7");

    assertThat(addresses.of(PROXY, forged, proxys)).isEmpty();
    assertThat(addresses.of(PROXY, List.of("192.0.2.7"), List.of("for=10.0.0.9"))).isEmpty();
    assertThat(addresses.of(PROXY, List.of("garbage"), proxys)).isEmpty();
    assertThat(addresses.of(PROXY, List.of("192.0.2.7"), proxys))
        .contains(InetAddress.ofLiteral("192.0.2.7"));
  }

  @Test
  void an_ipv4_address_inside_ipv6_is_unwrapped() throws UnknownHostException {
    byte[] mapped = new byte[16];
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    mapped[12] = 10;
    mapped[15] = 1;

    assertThat(ClientAddress.normalised(InetAddress.getByAddress(mapped))).isEqualTo(PROXY);
  }
}
