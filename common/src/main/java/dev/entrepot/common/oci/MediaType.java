package dev.entrepot.common.oci;

import java.util.Locale;
import java.util.Set;

/**
 * A media type without parameters, in lower case.
 *
 * @param value such as {@code application/vnd.oci.image.manifest.v1+json}
 */
public record MediaType(String value) {
  public static final MediaType OCI_MANIFEST =
      new MediaType("application/vnd.oci.image.manifest.v1+json");
  public static final MediaType OCI_INDEX =
      new MediaType("application/vnd.oci.image.index.v1+json");
  public static final MediaType DOCKER_MANIFEST =
      new MediaType("application/vnd.docker.distribution.manifest.v2+json");
  public static final MediaType DOCKER_LIST =
      new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
  public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");

  private static final Set<MediaType> MANIFESTS =
      Set.of(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST);

  private static final int MAX_LENGTH = 255;

  public MediaType {
    if (value.isEmpty() || value.length() > MAX_LENGTH || !isToken(value)) {
      throw new IllegalArgumentException("not a media type");
    }
  }

  /**
   * Reads a {@code Content-Type}, dropping its parameters.
   *
   * @throws IllegalArgumentException when what is left is not a media type
   */
  public static MediaType parse(String contentType) {
    int end = contentType.indexOf(';');
    String bare = end < 0 ? contentType : contentType.substring(0, end);
    return new MediaType(bare.strip().toLowerCase(Locale.ROOT));
  }

  /** Whether this is one of the manifest or index types of OCI and Docker schema 2. */
  public boolean isManifest() {
    return MANIFESTS.contains(this);
  }

  /** Whether this is an OCI index or a Docker manifest list. */
  public boolean isIndex() {
    return equals(OCI_INDEX) || equals(DOCKER_LIST);
  }

  @Override
  public String toString() {
    return value;
  }

  private static boolean isToken(String text) {
    int slash = text.indexOf('/');
    return slash > 0
        && slash < text.length() - 1
        && text.chars().allMatch(c -> c > ' ' && c < 127 && "\"(),;<>@\\[]{}".indexOf(c) < 0);
  }
}
