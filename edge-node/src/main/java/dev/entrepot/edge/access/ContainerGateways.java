package dev.entrepot.edge.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The default gateways of a container. An engine's port proxy, and every source translation on the
 * way in, lets clients from anywhere appear as this one address, which is a private one.
 */
public final class ContainerGateways {
  /** Left in every container by Docker, by Podman and CRI-O, and by Kubernetes whatever runs it. */
  private static final List<String> MARKS =
      List.of(".dockerenv", "run/.containerenv", "var/run/secrets/kubernetes.io");

  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final int FLAG_GATEWAY = 2; // RTF_GATEWAY of linux/route.h
  private static final String NO_ADDRESS = "0".repeat(32);

  private ContainerGateways() {}

  /**
   * Looks at the marks that engines leave and at the kernel's routes; outside of a container, and
   * on other systems than Linux, there is none.
   *
   * @param root {@code /}
   */
  public static Set<InetAddress> find(Path root) {
    if (MARKS.stream().noneMatch(mark -> Files.exists(root.resolve(mark)))) {
      return Set.of();
    }
    return Stream.concat(
            lines(root.resolve("proc/net/route")).flatMap(ContainerGateways::ipv4),
            lines(root.resolve("proc/net/ipv6_route")).flatMap(ContainerGateways::ipv6))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file).stream() : Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the routes in " + file, e);
    }
  }

  /**
   * {@code Iface Destination Gateway Flags …}, addresses as numbers of this little-endian machine.
   */
  private static Stream<InetAddress> ipv4(String line) {
    String[] fields = SPACES.split(line.strip());
    boolean isDefault =
        fields.length > 3
            && "00000000".equals(fields[1])
            && (Integer.parseInt(fields[3], 16) & FLAG_GATEWAY) != 0;
    if (!isDefault) {
      return Stream.empty();
    }
    int gateway = Integer.reverseBytes(Integer.parseUnsignedInt(fields[2], 16));
    return Stream.of(address(HexFormat.of().parseHex(HexFormat.of().toHexDigits(gateway))));
  }

  /** {@code destination prefix source prefix gateway …}, addresses in the order of the network. */
  private static Stream<InetAddress> ipv6(String line) {
    String[] fields = SPACES.split(line.strip());
    boolean isDefault =
        fields.length > 4
            && NO_ADDRESS.equals(fields[0])
            && "00".equals(fields[1])
            && !NO_ADDRESS.equals(fields[4]);
    return isDefault ? Stream.of(address(HexFormat.of().parseHex(fields[4]))) : Stream.empty();
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
