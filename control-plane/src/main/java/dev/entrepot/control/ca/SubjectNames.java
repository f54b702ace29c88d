package dev.entrepot.control.ca;

import dev.entrepot.common.net.IpAddresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** The DNS names and addresses that a certificate is good for. */
final class SubjectNames {
  /** Most names in one certificate. */
  static final int MOST = 32;

  private static final int LONGEST = 253;
  private static final Pattern LABEL =
      Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?", Pattern.CASE_INSENSITIVE);
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private SubjectNames() {}

  /** A name as it goes into a certificate; empty if it is neither a DNS name nor an address. */
  static Optional<GeneralName> parse(String text) {
    Optional<InetAddress> address = IpAddresses.parse(text);
    if (address.isPresent()) {
      return Optional.of(
          new GeneralName(GeneralName.iPAddress, new DEROctetString(address.get().getAddress())));
    }
    return isDns(text.startsWith("*.") ? text.substring(2) : text)
        ? Optional.of(new GeneralName(GeneralName.dNSName, text.toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  /** The DNS names and addresses among these, as text; empty if one of them is malformed. */
  static Optional<List<String>> texts(GeneralNames asked) {
    List<String> texts = new ArrayList<>();
    for (GeneralName name : asked.getNames()) {
      Optional<String> text =
          switch (name.getTagNo()) {
            case GeneralName.dNSName -> Optional.of(name.getName().toString());
            case GeneralName.iPAddress -> address(name);
            default -> Optional.empty();
          };
      if (text.flatMap(SubjectNames::parse).isEmpty()) {
        return Optional.empty();
      }
      text.ifPresent(texts::add);
    }
    return Optional.of(List.copyOf(texts));
  }

  private static Optional<String> address(GeneralName name) {
    try {
      byte[] raw = DEROctetString.getInstance(name.getName()).getOctets();
      return Optional.of(InetAddress.getByAddress(raw).getHostAddress());
    } catch (java.net.UnknownHostException _) {
      return Optional.empty();
    }
  }

  private static boolean isDns(String text) {
    String[] labels = text.split("\\.", -1);
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        return false;
      }
    }
    // Other programs read 127.1 as an address.
    return text.length() <= LONGEST && !NUMBER.matcher(labels[labels.length - 1]).matches();
  }
}
