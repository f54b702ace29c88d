package dev.entrepot.common.config;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The forms that settings share. */
public final class Forms {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}(:\\d{1,5})?");

  private Forms() {}

  /** Any text that is not empty. */
  public static Form<String> text(String expected) {
    return new Form<>("text", expected, Forms::notEmpty, Function.identity());
  }

  /** Text of a grammar. */
  public static Form<String> text(String type, String expected, Pattern grammar) {
    return new Form<>(
        type, expected, text -> matching(text, grammar.matcher(text).matches()), text -> text);
  }

  /** A whole number within bounds, both included. */
  public static Form<Integer> number(int least, int most) {
    return new Form<>(
        "number",
        "a whole number from " + least + " to " + most,
        text -> within(Integer.parseInt(text), least, most),
        String::valueOf);
  }

  /** {@code true} or {@code false}. */
  public static Form<Boolean> flag() {
    return new Form<>("flag", "true or false", Forms::parseFlag, String::valueOf);
  }

  public static Form<Duration> duration() {
    return new Form<>(
        "duration",
        "a duration such as 250ms, 30s, 5m, 2h, 3d or unlimited",
        Durations::parse,
        Durations::print);
  }

  public static Form<Long> size() {
    return new Form<>(
        "size", "a size such as 50GiB, 200MiB, 1GB or 512B", Sizes::parse, Sizes::print);
  }

  public static Form<SizeOrShare> sizeOrShare() {
    return new Form<>(
        "size or share",
        "a size such as 50GiB, 200MiB or 1GB, or a share such as 80%",
        SizeOrShare::parse,
        String::valueOf);
  }

  public static Form<ListenAddress> address() {
    return new Form<>(
        "address",
        "an address with a port, such as 0.0.0.0:5000 or [::1]:5000",
        ListenAddress::parse,
        String::valueOf);
  }

  /** A network, given back as text with its prefix length. */
  public static Form<String> network() {
    return new Form<>(
        "network",
        "a network such as 10.0.0.0/8 or fc00::/7, without bits behind the prefix",
        Networks::parse,
        Function.identity());
  }

  /** A host name or IPv4 address, perhaps with a port. */
  public static Form<String> host() {
    return text("host", "a host such as auth.docker.io or auth.corp.example:8443", HOST);
  }

  /** An absolute URL of http or https that carries no account, query or fragment. */
  public static Form<URI> url() {
    return new Form<>(
        "URL",
        "a URL such as https://registry.example, without account, query or fragment",
        text -> url(text, List.of("http", "https")),
        URI::toString);
  }

  /** One of an enum's constants, written in lower case. */
  public static <E extends Enum<E>> Form<E> choice(Class<E> type) {
    return new Form<>(
        "choice: " + words(type, " | "), words(type, " or "), parser(type), Forms::word);
  }

  static URI url(String text, List<String> schemes) {
    URI url = URI.create(text);
    boolean whole = url.getHost() != null && schemes.contains(String.valueOf(url.getScheme()));
    boolean bare =
        url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
    if (!whole || !bare || url.getPort() > 65535) {
      throw new IllegalArgumentException("not a plain URL");
    }
    return url;
  }

  private static String notEmpty(String text) {
    return matching(text, !text.isBlank());
  }

  private static String matching(String text, boolean matches) {
    if (!matches) {
      throw new IllegalArgumentException("not of this form");
    }
    return text;
  }

  private static int within(int number, int least, int most) {
    if (number < least || number > most) {
      throw new IllegalArgumentException("out of bounds");
    }
    return number;
  }

  private static boolean parseFlag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("not a flag");
    };
  }

  private static <E extends Enum<E>> Function<String, E> parser(Class<E> type) {
    return text ->
        Arrays.stream(type.getEnumConstants())
            .filter(constant -> word(constant).equals(text))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("none of the choices"));
  }

  private static <E extends Enum<E>> String words(Class<E> type, String between) {
    return Arrays.stream(type.getEnumConstants())
        .map(Forms::word)
        .collect(Collectors.joining(between));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
