package dev.entrepot.edge.cluster;

import static dev.entrepot.edge.cluster.Sites.SECRET;
import static dev.entrepot.edge.cluster.Sites.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.Secret;
import dev.entrepot.edge.cluster.Seal.Opened;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SealTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = NOW.plusSeconds(10);

  private final Seal seal = new Seal("site", SECRET);
  private final byte[] sealed = seal.seal("TAG", "key", END, bytes("value"));

  @Test
  void what_was_sealed_is_opened_until_its_end() {
    assertThat(seal.open("TAG", "key", sealed, END.minusMillis(1)))
        .isInstanceOfSatisfying(
            Opened.Said.class,
            said -> {
              assertThat(said.value()).isEqualTo(bytes("value"));
              assertThat(said.end()).isEqualTo(END);
            });
    assertThat(seal.open("TAG", "key", sealed, END)).isEqualTo(new Opened.Over(END));
  }

  @Test
  void any_changed_or_missing_byte_is_a_forgery() {
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThat(seal.open("TAG", "key", changed, NOW)).isEqualTo(new Opened.Forged());
      byte[] cut = java.util.Arrays.copyOf(sealed, i);
      assertThat(seal.open("TAG", "key", cut, NOW)).isEqualTo(new Opened.Forged());
    }
  }

  @Test
  void label_and_key_are_sealed_too_and_do_not_run_together() {
    assertThat(seal.open("NEGATIVE", "key", sealed, NOW)).isEqualTo(new Opened.Forged());
    assertThat(seal.open("TAG", "other", sealed, NOW)).isEqualTo(new Opened.Forged());
    assertThat(seal.open("TAGk", "ey", sealed, NOW)).isEqualTo(new Opened.Forged());
  }

  @Test
  void another_secret_or_site_makes_another_seal_and_another_cluster() {
    Seal secret = new Seal("site", new Secret("another secret, also long"));
    Seal site = new Seal("other", SECRET);
    assertThat(secret.open("TAG", "key", sealed, NOW)).isEqualTo(new Opened.Forged());
    assertThat(site.open("TAG", "key", sealed, NOW)).isEqualTo(new Opened.Forged());
    assertThat(seal.clusterName())
        .startsWith("site-")
        .isNotEqualTo(secret.clusterName())
        .isEqualTo(new Seal("site", SECRET).clusterName());
  }
}
