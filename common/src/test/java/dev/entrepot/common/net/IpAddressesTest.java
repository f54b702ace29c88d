package dev.entrepot.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressesTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::1, 0:0:0:0:0:0:0:1",
    "::, 0:0:0:0:0:0:0:0",
    "[2001:db8::1], 2001:db8:0:0:0:0:0:1",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::ffff:10.0.0.1, 10.0.0.1",
    "::ffff:a00:1, 10.0.0.1",
    "64:ff9b::10.0.0.1, 64:ff9b:0:0:0:0:a00:1",
    "FD00:EC2::254, fd00:ec2:0:0:0:0:0:254",
  })
  void a_literal_is_read_as_it_stands(String text, String normal) {
    assertThat(IpAddresses.parse(text).map(InetAddress::getHostAddress)).contains(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "010.0.0.1",
        "1.2.3.256",
        "1.2.3.4.5",
        "1.2.3.-4",
        "1.2.3.+4",
        "1.2.3.4 ",
        "::1%eth0",
        "1:2:3",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        ":::",
        "12345::",
        "::1.2.3",
        "::ffff:1.2.3.04",
        "[1.2.3.4]",
        "[::1",
        "1:2:3:4:5:6:7:8::",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4::",
        "::g",
        "\uFF11::",
        "::1::"
      })
  void what_is_no_strict_literal_is_refused_without_asking_dns(String text) {
    assertThat(IpAddresses.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "64:ff9b::10.0.0.1, 10.0.0.1",
    "2002:a9fe:a9fe::1, 169.254.169.254",
    "::10.1.2.3, 10.1.2.3",
  })
  void the_address_behind_a_tunnel_is_found(String outer, String inner) {
    assertThat(IpAddresses.embedded(IpAddresses.parse(outer).orElseThrow()))
        .isEqualTo(IpAddresses.parse(inner));
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "::", "10.0.0.1", "2001:db8::1", "64:ff9b:1::1"})
  void other_addresses_have_none_behind_them(String text) {
    assertThat(IpAddresses.embedded(IpAddresses.parse(text).orElseThrow())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7",
    "::ffff:192.0.2.7, 192.0.2.7",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::",
    "2001:db8:1:3::6, 2001:db8:1:3::",
    "64:ff9b::192.0.2.7, 64:ff9b::192.0.2.7",
    "::1, ::",
  })
  void all_addresses_that_one_subscriber_has_are_counted_to_it(String text, String subscriber) {
    assertThat(IpAddresses.subscriber(IpAddresses.parse(text).orElseThrow()))
        .isEqualTo(IpAddresses.parse(subscriber).orElseThrow());
  }
}
