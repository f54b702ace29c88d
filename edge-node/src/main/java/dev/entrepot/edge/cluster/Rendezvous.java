package dev.entrepot.edge.cluster;

import dev.entrepot.edge.cluster.Site.Member;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Highest random weight hashing: who is first for a key depends on the key and that member alone,
 * so a member that comes or goes moves only what is, or was, its own.
 */
final class Rendezvous {
  private Rendezvous() {}

  /** All members, the highest SHA-256 of key and member first. */
  static List<Member> rank(Collection<Member> members, String key) {
    return members.stream()
        .map(member -> new Weighed(member, weight(key, member)))
        .sorted(Comparator.comparing(Weighed::weight, Arrays::compareUnsigned).reversed())
        .map(Weighed::member)
        .toList();
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  private record Weighed(Member member, byte[] weight) {}

  private static byte[] weight(String key, Member member) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(key.getBytes(StandardCharsets.UTF_8));
      hash.update((byte) 0);
      hash.update(member.peer().toString().getBytes(StandardCharsets.UTF_8));
      return hash.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has SHA-256
    }
  }
}
