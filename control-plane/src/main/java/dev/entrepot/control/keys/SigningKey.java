package dev.entrepot.control.keys;

import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import dev.entrepot.common.wire.AccessToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One token key.
 *
 * @param number in the order of their making
 * @param made when it was generated
 * @param told when edges were first told of it; a key signs only some time after that
 * @param began when it began to sign
 * @param ended when it ceased to
 */
record SigningKey(
    RsaPair pair,
    long number,
    State state,
    Instant made,
    Optional<Instant> told,
    Optional<Instant> began,
    Optional<Instant> ended) {

  enum State {
    FUTURE,
    ACTIVE,
    RETIRED
  }

  /** How far clocks of edges may be off. */
  static final Duration LEEWAY = Duration.ofMinutes(1);

  static SigningKey future(RsaPair pair, long number, Instant now) {
    return new SigningKey(
        pair, number, State.FUTURE, now, Optional.empty(), Optional.empty(), Optional.empty());
  }

  SigningKey toldAt(Instant now) {
    return new SigningKey(pair, number, state, made, Optional.of(now), began, ended);
  }

  SigningKey beginAt(Instant now) {
    return new SigningKey(pair, number, State.ACTIVE, made, told, Optional.of(now), ended);
  }

  SigningKey endAt(Instant now) {
    return new SigningKey(pair, number, State.RETIRED, made, told, began, Optional.of(now));
  }

  String id() {
    return pair.id();
  }

  /** Whether it signs no more and every token that it has signed is over. */
  boolean isOver(Instant now) {
    return ended.map(end -> now.isAfter(end.plus(AccessToken.MAX_LIFE).plus(LEEWAY))).orElse(false);
  }

  byte[] toJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("state", state.name().toLowerCase(Locale.ROOT));
    fields.put("number", number);
    fields.put("made", made.toEpochMilli());
    told.ifPresent(at -> fields.put("told", at.toEpochMilli()));
    began.ifPresent(at -> fields.put("began", at.toEpochMilli()));
    ended.ifPresent(at -> fields.put("ended", at.toEpochMilli()));
    fields.put("pkcs8", Base64.getEncoder().encodeToString(pair.encode()));
    return JsonFields.write(fields);
  }

  static SigningKey fromJson(byte[] json) {
    try {
      JsonFields fields = JsonFields.read(json, 1 << 16);
      return new SigningKey(
          RsaPair.decode(Base64.getDecoder().decode(fields.text("pkcs8"))),
          fields.number("number"),
          State.valueOf(fields.text("state").toUpperCase(Locale.ROOT)),
          Instant.ofEpochMilli(fields.number("made")),
          fields.optionalNumber("told").map(Instant::ofEpochMilli),
          fields.optionalNumber("began").map(Instant::ofEpochMilli),
          fields.optionalNumber("ended").map(Instant::ofEpochMilli));
    } catch (UnreadableJsonException | IllegalArgumentException e) {
      throw new IllegalStateException("a kept key cannot be read: restore a backup", e);
    }
  }
}
