package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes manifests (image specification). */
final class Manifests {
  private Manifests() {}

  static byte[] image(Descriptor config, List<Descriptor> layers) {
    return bytes(
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":%s}"
            .formatted(MediaType.OCI_MANIFEST, descriptor(config), array(layers)));
  }

  static byte[] index(List<Descriptor> children) {
    return bytes(
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":%s}"
            .formatted(MediaType.OCI_INDEX, array(children)));
  }

  static byte[] artifact(
      Descriptor subject, String type, Descriptor layer, Map<String, String> annotations) {
    return bytes(
        ("{\"schemaVersion\":2,\"mediaType\":\"%s\",\"artifactType\":%s,\"config\":%s,"
                + "\"layers\":[%s],\"subject\":%s,\"annotations\":%s}")
            .formatted(
                MediaType.OCI_MANIFEST,
                Json.text(type),
                descriptor(empty()),
                descriptor(layer),
                descriptor(subject),
                Json.object(annotations)));
  }

  /** The empty descriptor of the image specification; its content is {@code {}}. */
  static Descriptor empty() {
    return new Descriptor(
        new MediaType("application/vnd.oci.empty.v1+json"), Digest.sha256(bytes("{}")), 2);
  }

  static String descriptor(Descriptor descriptor) {
    return "{" + members(descriptor) + "}";
  }

  static String referrer(Descriptor descriptor, String type, Map<String, String> annotations) {
    return "{%s,\"artifactType\":%s,\"annotations\":%s}"
        .formatted(members(descriptor), Json.text(type), Json.object(annotations));
  }

  private static String members(Descriptor it) {
    return "\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d"
        .formatted(it.mediaType(), it.digest(), it.size());
  }

  private static String array(List<Descriptor> descriptors) {
    return descriptors.stream()
        .map(Manifests::descriptor)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
