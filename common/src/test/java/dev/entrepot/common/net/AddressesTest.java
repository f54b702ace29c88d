package dev.entrepot.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "010.0.0.1",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "0x7f.0.0.1",
        "2130706433",
        "fe80::1%eth0",
        "[127.0.0.1]",
        "::1:",
        "1.2.3.4:80",
        " 1.2.3.4"
      })
  void what_is_no_literal_is_no_address(String text) {
    assertThat(IpAddresses.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, ::ffff:10.1.2.3, true",
    "::ffff:10.0.0.0/104, 10.1.2.3, true",
    "fc00::/7, fdff::1, true",
    "fc00::/7, fe00::1, false",
    "0.0.0.0/0, ::1, false",
    "::/0, 2001::1, true",
    "192.168.1.1, 192.168.1.1, true",
    "192.168.1.1, 192.168.1.2, false",
    "172.16.0.0/12, 172.31.255.255, true",
    "172.16.0.0/12, 172.32.0.0, false"
  })
  void a_range_contains_what_shares_its_prefix(String range, String address, boolean inside) {
    InetAddress parsed = IpAddresses.parse(address).orElseThrow();
    assertThat(Cidr.parse(range).contains(parsed)).isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1/8",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/08",
        "10.0.0.0/",
        "x/8",
        "::ffff:10.0.0.0/8"
      })
  void a_wrong_range_is_refused_with_a_reason(String text) {
    assertThatThrownBy(() -> Cidr.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".{10,}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "::",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "::127.0.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "2001:0:1::1"
      })
  void what_is_special_is_not_public(String text) {
    assertThat(SpecialRanges.isPublic(IpAddresses.parse(text).orElseThrow())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1.1.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::101:101"})
  void what_is_not_special_is_public(String text) {
    assertThat(SpecialRanges.isPublic(IpAddresses.parse(text).orElseThrow())).isTrue();
  }
}
