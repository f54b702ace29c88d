package dev.entrepot.edge.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.net.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustedNetworksTest {
  private static final InetAddress GATEWAY = InetAddress.ofLiteral("172.17.0.1");
  private static final InetAddress NEIGHBOUR = InetAddress.ofLiteral("172.17.0.5");
  private static final Cidr PRIVATE = Cidr.parse("172.16.0.0/12");

  @TempDir Path root;

  @Test
  void the_gateway_of_a_container_is_trusted_only_by_its_own_name() {
    TrustedNetworks usual = new TrustedNetworks(List.of(PRIVATE), Set.of(GATEWAY));
    assertThat(usual.test(NEIGHBOUR)).isTrue();
    assertThat(usual.test(GATEWAY)).isFalse();
    assertThat(usual.refusal(GATEWAY)).contains("add 172.17.0.1/32 to access.trusted-networks");
    assertThat(usual.refusal(InetAddress.ofLiteral("203.0.113.9")))
        .startsWith("this address may not pull here");

    TrustedNetworks said =
        new TrustedNetworks(List.of(PRIVATE, Cidr.parse("172.17.0.1/32")), Set.of(GATEWAY));
    assertThat(said.test(GATEWAY)).isTrue();
  }

  @Test
  void gateways_are_read_from_the_routes_of_a_container() throws IOException {
    routes();
    Files.createFile(root.resolve(".dockerenv"));
    assertThat(ContainerGateways.find(root))
        .containsExactlyInAnyOrder(GATEWAY, InetAddress.ofLiteral("fd00:1::1"));
  }

  /** containerd leaves no mark of its own in a pod. */
  @Test
  void a_pod_is_known_by_what_kubernetes_puts_into_it() throws IOException {
    routes();
    Files.createDirectories(root.resolve("var/run/secrets/kubernetes.io/serviceaccount"));
    assertThat(ContainerGateways.find(root)).contains(GATEWAY);
  }

  @Test
  void outside_of_a_container_the_router_is_a_machine_like_any_other() throws IOException {
    routes();
    assertThat(ContainerGateways.find(root)).isEmpty();
  }

  @Test
  void a_container_without_a_network_has_no_gateway() throws IOException {
    Files.createDirectory(root.resolve("run"));
    Files.createFile(root.resolve("run/.containerenv"));
    assertThat(ContainerGateways.find(root)).isEmpty();
  }

  /** As Linux 6.1 prints them in a container with both families. */
  private void routes() throws IOException {
    Path net = Files.createDirectories(root.resolve("proc/net"));
    Files.writeString(
        net.resolve("route"),
        """
        Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
        eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0
        eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
        """);
    Files.writeString(
        net.resolve("ipv6_route"),
        """
        fd000001000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
        00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000001000000000000000000000001 00000400 00000001 00000000 00000003     eth0
        00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
        """);
  }
}
