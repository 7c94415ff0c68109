package org.keras4j.distribution.gloo;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection over which two processes tell each other lines of text. */
final class Line implements AutoCloseable {
  private static final int LONGEST = 8192;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  Line(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /** How long {@link #read} waits; 0 for ever. */
  void patience(long millis) throws IOException {
    socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, millis));
  }

  /**
   * The next line.
   *
   * @throws EOFException if the other process closed the connection, or is gone
   */
  String read() throws IOException {
    byte[] b = new byte[LONGEST];
    int n = 0;
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (n == LONGEST) {
        throw new IOException("a line of more than " + LONGEST + " bytes");
      }
      b[n++] = (byte) c;
    }
    return new String(b, 0, n, StandardCharsets.UTF_8);
  }

  /** Sends a line; of a long one the beginning. */
  synchronized void write(String line) throws IOException {
    String one = line.replace('\n', ' ').replace('\r', ' ');
    byte[] b =
        one.substring(0, Math.min(one.length(), LONGEST / 4)).getBytes(StandardCharsets.UTF_8);
    byte[] all = java.util.Arrays.copyOf(b, b.length + 1);
    all[b.length] = '\n';
    out.write(all);
    out.flush();
  }

  String peer() {
    return String.valueOf(socket.getRemoteSocketAddress());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
