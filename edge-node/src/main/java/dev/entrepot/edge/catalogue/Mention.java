package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;

/** That a repository mentions a digest, as a manifest or as a blob. */
record Mention(Repository repository, Kind kind, Digest digest) {

  /** What the repository says the digest is of. */
  enum Kind {
    MANIFEST('m'),
    BLOB('b');

    private final byte code;

    Kind(char code) {
      this.code = (byte) code;
    }

    byte code() {
      return code;
    }

    static Kind of(byte code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new CorruptRecordException("unknown kind of mention");
    }
  }

  static Mention manifest(Repository repository, Digest digest) {
    return new Mention(repository, Kind.MANIFEST, digest);
  }

  static Mention blob(Repository repository, Digest digest) {
    return new Mention(repository, Kind.BLOB, digest);
  }
}
