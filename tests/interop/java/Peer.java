import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;

/**
 * Peer is one end of a connection by Java's JSSE, for the interop tests:
 *
 * <pre>
 * java Peer client PORT NAME=VALUE… -- STEP…
 * java Peer server NAME=VALUE… -- STEP…
 * java Peer prepare
 * </pre>
 *
 * The names are those of ../scripted.py; the steps and the output are those of ../peer.c, which is the other end. The
 * last loads the classes that the others need, for an archive of classes.
 */
final class Peer {
  private static final int LINE = 64;
  private static final int WINDOW = 1 << 15;
  private static final int TIMEOUT_MS = 60000;

  private final SSLSocket socket;
  private final InputStream input;
  private final OutputStream output;
  private int position; // in the payload
  private int chunk = Integer.MAX_VALUE;

  private Peer(SSLSocket socket) throws IOException {
    this.socket = socket;
    input = socket.getInputStream();
    output = socket.getOutputStream();
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("prepare")) {
      Settings.load();
      return;
    }
    int end = Arrays.asList(arguments).indexOf("--");
    Map<String, String> wanted = new HashMap<>();
    for (String each : Arrays.copyOf(arguments, end)) {
      int sign = each.indexOf('=');
      if (sign > 0) wanted.put(each.substring(0, sign), each.substring(sign + 1));
    }
    try {
      Settings settings = new Settings(wanted);
      boolean isClient = arguments[0].equals("client");
      SSLSocket socket = isClient ? connect(settings, Integer.parseInt(arguments[1])) : accept(settings);
      new Peer(socket).run(List.of(arguments).subList(end + 1, arguments.length));
    } catch (IOException failure) {
      fail(failure);
    }
  }

  private static SSLSocket connect(Settings settings, int port) throws Exception {
    var factory = settings.context().getSocketFactory();
    Socket stream = new Socket(InetAddress.getLoopbackAddress(), port);
    return settings.apply((SSLSocket) factory.createSocket(stream, settings.host(), port, true));
  }

  private static SSLSocket accept(Settings settings) throws Exception {
    var factory = settings.context().getSocketFactory();
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      System.out.printf("{\"listening\":{\"port\":%d}}%n", listener.getLocalPort());
      return settings.apply((SSLSocket) factory.createSocket(listener.accept(), null, true));
    }
  }

  private void run(List<String> steps) throws Exception {
    socket.setSoTimeout(TIMEOUT_MS);
    socket.startHandshake();
    System.out.printf("{\"info\":{\"cipher_suite\":\"%s\",\"alpn\":\"%s\"}}%n",
        socket.getSession().getCipherSuite(), socket.getApplicationProtocol());
    for (String step : steps) {
      String[] parts = step.split(":", 2);
      run(parts[0], parts.length > 1 ? parts[1] : "");
    }
    socket.close();
  }

  private void run(String name, String argument) throws Exception {
    switch (name) {
      case "ping" -> ping(Integer.parseInt(argument));
      case "echo" -> echo(Integer.parseInt(argument));
      case "chunk" -> chunk = Integer.parseInt(argument);
      case "update" -> socket.startHandshake(); // in TLS 1.3 a later one is a KeyUpdate
      case "shutdown" -> socket.shutdownOutput();
      case "closed" -> {
        if (input.read() >= 0) throw new IOException("data where close_notify was expected");
      }
      case "abort" -> Runtime.getRuntime().halt(0);
      default -> throw new IllegalArgumentException(name);
    }
  }

  private void ping(int length) throws IOException {
    for (int left = length; left > 0; left -= WINDOW) {
      int part = Math.min(left, WINDOW);
      byte[] sent = payload(position, part);
      write(sent, part);
      if (!Arrays.equals(sent, input.readNBytes(part))) throw new IOException("wrong payload");
      position += part;
    }
  }

  private void echo(int length) throws IOException {
    byte[] buffer = new byte[WINDOW];
    for (int left = length; left > 0;) {
      int count = input.read(buffer, 0, Math.min(left, WINDOW));
      if (count < 0) throw new EOFException("closed before all came");
      write(buffer, count);
      left -= count;
    }
  }

  private void write(byte[] data, int length) throws IOException {
    for (int done = 0; done < length;) {
      int part = Math.min(length - done, chunk);
      output.write(data, done, part);
      done += part;
    }
  }

  /** A part of the payload: whole lines of 63 digits. */
  private static byte[] payload(int position, int length) {
    StringBuilder text = new StringBuilder();
    for (long line = position / LINE; text.length() < length; ++line) {
      String number = Long.toUnsignedString((line + 1) * 0x9E3779B97F4A7C15L);
      text.append("0".repeat(LINE - 1 - number.length())).append(number).append('\n');
    }
    return text.toString().getBytes();
  }

  private static void fail(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) System.err.println(each);
    System.exit(1);
  }
}
