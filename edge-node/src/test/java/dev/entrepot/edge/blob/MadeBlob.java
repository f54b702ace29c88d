package dev.entrepot.edge.blob;

import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.access.Permits;
import dev.entrepot.edge.access.Vouched;
import java.util.Random;

/** Repeatable bytes and their names. */
record MadeBlob(byte[] bytes, Digest digest) {
  static final Repository REPOSITORY = new Repository("docker.io", "library/alpine");
  static final MediaType LAYER = MediaType.parse("application/vnd.oci.image.layer.v1.tar+gzip");

  static MadeBlob of(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return new MadeBlob(bytes, Digest.sha256(bytes));
  }

  int size() {
    return bytes.length;
  }

  Vouched vouched() {
    return vouched(REPOSITORY);
  }

  Vouched vouched(Repository repository) {
    return new Vouched(
        Permits.forEveryone(repository), new Descriptor(LAYER, digest, bytes.length));
  }

  ByteRange whole() {
    return new ByteRange(0, bytes.length);
  }
}
