package dev.entrepot.control;

import dev.entrepot.control.ca.EnrolmentService;
import dev.entrepot.control.fleet.Answer;
import dev.entrepot.control.fleet.EnrolmentHandler;
import java.security.cert.X509Certificate;

/** The enrolment behind the door's port. */
record Enrolling(EnrolmentService service) implements EnrolmentHandler {
  @Override
  public Answer join(byte[] body, String remote) {
    return answer(service.join(body, remote));
  }

  @Override
  public Answer renew(byte[] body, X509Certificate peer) {
    return answer(service.renew(body, peer));
  }

  @Override
  public void recall(X509Certificate peer) {
    service.recall(peer);
  }

  private static Answer answer(dev.entrepot.control.ca.Answer from) {
    return new Answer(from.status(), from.json());
  }
}
