package dev.entrepot.control.ca;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.net.IpAddresses;
import dev.entrepot.common.net.SpecialRanges;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * What a node's certificate may be good for. Clients trust the authority, so that a node that chose
 * its names itself could pass for any registry: an operator names them with the join token. Where
 * nobody did, they are addresses that nobody else on the Internet has.
 *
 * @param named DNS names and addresses; none: loopback and private addresses alone
 */
record Hosts(List<String> named) {
  /** Most that a join token may name. */
  static final int MOST = 256;

  Hosts {
    named = List.copyOf(named);
  }

  /**
   * Names of an operator's.
   *
   * @throws Refusal when one of them is no host
   */
  static Hosts of(List<String> named) {
    if (named.size() > MOST) {
      throw new Refusal(
          "a join token names " + MOST + " hosts at most: make one for each group of edges");
    }
    for (String host : named) {
      if (host.startsWith("*") || SubjectNames.parse(host).isEmpty()) {
        throw new Refusal(
            "\"" + host + "\" is neither a DNS name nor an address of a host: correct it");
      }
    }
    return new Hosts(named.stream().distinct().toList());
  }

  /**
   * Nothing, or throws.
   *
   * @param asked well-formed names
   * @param whose in a sentence, who may have which names
   * @param remedy in that sentence, what to do about it
   */
  void require(List<String> asked, String whose, String remedy) throws Denied {
    Set<GeneralName> known =
        named.stream()
            .flatMap(host -> SubjectNames.parse(host).stream())
            .collect(Collectors.toUnmodifiableSet());
    for (String name : asked) {
      boolean fine =
          named.isEmpty()
              ? IpAddresses.parse(name).filter(Hosts::isOnesOwn).isPresent()
              : SubjectNames.parse(name).filter(known::contains).isPresent();
      if (!fine) {
        throw new Denied(
            Denied.FORBIDDEN,
            name
                + (named.isEmpty() ? " is no private address, and " : " is none of the hosts that ")
                + whose
                + (named.isEmpty() ? " names no hosts" : " names")
                + ": "
                + remedy
                + " --host "
                + name);
      }
    }
  }

  private static boolean isOnesOwn(InetAddress address) {
    return SpecialRanges.find(address)
        .map(SpecialRanges.Special::kind)
        .filter(kind -> kind == SpecialRanges.Kind.LOOPBACK || kind == SpecialRanges.Kind.PRIVATE)
        .isPresent();
  }
}
