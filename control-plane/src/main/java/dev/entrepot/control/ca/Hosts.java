package dev.entrepot.control.ca;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.net.IpAddresses;
import dev.entrepot.common.net.SpecialRanges;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
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

  private static final int SHOWN = 5;

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
                + meant(name)
                + remedy
                + " --host "
                + name);
      }
    }
  }

  /** An edge that was not told its own address takes one that nobody named. */
  private String meant(String asked) {
    if (named.isEmpty() || IpAddresses.parse(asked).isEmpty()) {
      return "";
    }
    String shown = named.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return "give this edge its own address with --address if it is one of those ("
        + shown
        + (named.size() > SHOWN ? ", …" : "")
        + "), or ";
  }

  /**
   * Why one of these names is not for a node, and what to do; empty when none is the control
   * plane's. A node that could call itself the control plane would be believed by other nodes.
   *
   * @param own the control plane's names
   */
  static Optional<String> whyNot(List<String> asked, Set<String> own) {
    Set<GeneralName> reserved =
        own.stream()
            .flatMap(name -> SubjectNames.parse(name).stream())
            .collect(Collectors.toUnmodifiableSet());
    return asked.stream()
        .filter(name -> SubjectNames.parse(name).filter(reserved::contains).isPresent())
        .findFirst()
        .map(name ->
            name
                + " is the control plane's own name, and no edge is certified for it: give the"
                + " control plane a name or an address of its own (listen.public-url, --url)");
  }

  private static boolean isOnesOwn(InetAddress address) {
    return SpecialRanges.find(address)
        .map(SpecialRanges.Special::kind)
        .filter(kind -> kind == SpecialRanges.Kind.LOOPBACK || kind == SpecialRanges.Kind.PRIVATE)
        .isPresent();
  }
}
