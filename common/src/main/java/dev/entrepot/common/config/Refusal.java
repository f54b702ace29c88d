package dev.entrepot.common.config;

/**
 * A program refuses to start, or to do what it was told. The message is one sentence for the person
 * at the terminal and says what to do; it is printed alone, without a stack trace, and the program
 * ends with exit code 1.
 */
public final class Refusal extends RuntimeException {
  public Refusal(String sentence) {
    super(sentence);
  }

  public Refusal(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
