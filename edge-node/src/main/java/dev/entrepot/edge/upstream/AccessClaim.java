package dev.entrepot.edge.upstream;

import dev.entrepot.common.oci.Repository;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Set;

/**
 * What a token says that it opens, where it is a JWT that says so (Docker's token authentication,
 * claim {@code access}). Its signature is for the registry to check: we have it from the token
 * service itself.
 */
final class AccessClaim {
  private static final Set<Object> PULLING = Set.of("pull", "*");

  private AccessClaim() {}

  /** Whether it says that the repository may be pulled from. */
  static boolean opens(String token, Repository repository) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return false;
    }
    try {
      byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
      JsonArray access = new JsonObject(Buffer.buffer(claims)).getJsonArray("access");
      return access != null
          && access.stream().anyMatch(it -> it instanceof JsonObject one && opens(one, repository));
    } catch (DecodeException | IllegalArgumentException | ClassCastException _) {
      return false;
    }
  }

  private static boolean opens(JsonObject access, Repository repository) {
    return "repository".equals(access.getValue("type"))
        && repository.path().equals(access.getValue("name"))
        && access.getValue("actions") instanceof JsonArray actions
        && actions.stream().anyMatch(PULLING::contains);
  }
}
