package dev.entrepot.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.spi.exception.PartitionMigratingException;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import dev.entrepot.common.config.ListenAddress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be made from bytes that another member, or a stranger, sends. */
final class MemberConfigTest {
  private static final ClassFilter ALLOWED =
      MemberConfig.of("site", new ListenAddress("127.0.0.1", 5701), List.of(), Duration.ofHours(1))
          .getSerializationConfig()
          .getJavaSerializationFilterConfig()
          .getWhitelist();

  static List<Exception> refusals() {
    return List.of(
        new PartitionMigratingException("x"),
        new RetryableHazelcastException("x", new IllegalStateException("y")),
        new HazelcastInstanceNotActiveException("x"));
  }

  /** Without its refusals Hazelcast's protocol stands still until it times out. */
  @ParameterizedTest
  @MethodSource("refusals")
  void a_refusal_among_members_is_understood(Exception refusal) throws Exception {
    assertThat(classes(refusal)).allMatch(ALLOWED::isListed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.util.HashMap",
        "java.util.PriorityQueue",
        "java.lang.reflect.Proxy",
        "java.lang.invoke.SerializedLambda",
        "javax.management.BadAttributeValueExpException",
        "com.hazelcast.internal.util.ConcurrencyUtil",
        "com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl",
        "dev.entrepot.cli.Main"
      })
  void nothing_else_is_made_from_bytes(String name) {
    assertThat(ALLOWED.isListed(name)).isFalse();
  }

  /** The names of all classes that a stream of this object has. */
  private static Set<String> classes(Serializable object)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    Set<String> names = new TreeSet<>();
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
          @Override
          protected Class<?> resolveClass(ObjectStreamClass of)
              throws IOException, ClassNotFoundException {
            names.add(of.getName());
            return super.resolveClass(of);
          }
        }) {
      assertThat(in.readObject()).isInstanceOf(object.getClass());
    }
    return names;
  }
}
