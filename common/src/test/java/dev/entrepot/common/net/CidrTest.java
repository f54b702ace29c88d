package dev.entrepot.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CidrTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, ::ffff:10.1.1.1, true",
    "::ffff:10.0.0.0/104, 10.9.9.9, true",
    "172.16.0.0/12, 172.31.255.255, true",
    "172.16.0.0/12, 172.32.0.0, false",
    "192.168.7.8, 192.168.7.8, true",
    "192.168.7.8, 192.168.7.9, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "0.0.0.0/0, ::1, false",
    "fc00::/7, fdff::1, true",
    "fc00::/7, fe00::1, false",
    "2001:db8:8000::/33, 2001:db8:8000::1, true",
    "2001:db8:8000::/33, 2001:db8:7fff::1, false",
    "::1/128, ::1, true",
    "10.0.0.0/8, 2002:a00:1::, false",
    "10.0.0.0/8, 64:ff9b::10.0.0.1, false",
  })
  void a_range_holds_what_shares_its_prefix(String range, String address, boolean held) {
    assertThat(Cidr.parse(range).contains(literal(address))).isEqualTo(held);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1/8",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "example.org/8",
        "/8",
        "fc00::1/7",
        "::/129",
        "::ffff:10.0.0.0/8",
        "10.0.0.0/+8",
        ""
      })
  void what_is_no_exact_range_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(text));
    assertThat(Cidr.tryParse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, LOOPBACK",
    "0.1.2.3, UNSPECIFIED",
    "10.0.0.1, PRIVATE",
    "172.20.0.1, PRIVATE",
    "192.168.0.1, PRIVATE",
    "100.64.0.1, SHARED",
    "169.254.1.1, LINK_LOCAL",
    "169.254.169.254, METADATA",
    "::ffff:169.254.169.254, METADATA",
    "64:ff9b::169.254.169.254, METADATA",
    "fd00:ec2::254, METADATA",
    "224.0.0.1, MULTICAST",
    "255.255.255.255, MULTICAST",
    "240.0.0.1, RESERVED",
    "198.18.0.1, TEST",
    "::, UNSPECIFIED",
    "::1, LOOPBACK",
    "::127.0.0.1, TUNNEL",
    "2002:7f00:1::, TUNNEL",
    "2001:0:1::1, TUNNEL",
    "fd12::1, PRIVATE",
    "fe80::1, LINK_LOCAL",
    "ff02::1, MULTICAST",
    "2001:db8::1, TEST",
    "4000::1, RESERVED",
  })
  void special_addresses_are_known(String address, SpecialRanges.Kind kind) {
    assertThat(SpecialRanges.find(literal(address)).map(SpecialRanges.Special::kind))
        .contains(kind);
    assertThat(SpecialRanges.isPublic(literal(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "192.0.1.1",
        "2606:4700::1111",
        "2a00:1450::1",
        "64:ff9b::8.8.8.8"
      })
  void public_addresses_are_public(String address) {
    assertThat(SpecialRanges.isPublic(literal(address))).isTrue();
  }

  private static InetAddress literal(String text) {
    return IpAddresses.parse(text).orElseThrow();
  }
}
