// Peer is one end of a connection by Go's crypto/tls, for the interop tests:
//
//	peer client ADDRESS SETTINGS STEP…
//	peer server SETTINGS STEP…
//
// SETTINGS is JSON; the steps and the output are those of ../peer.c, which is the other end.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

type settings struct {
	Identities [][2]string `json:"identities"` // files: certificate chain, key
	CA         string      `json:"ca"`         // file with the anchors
	Verify     string      `json:"verify"`     // client: none, peer; server: none, request, require
	ServerName string      `json:"server_name"`
	Groups     []uint16    `json:"groups"`
	ALPN       []string    `json:"alpn"`
}

type peer struct {
	connection *tls.Conn
	position   int // in the payload
	chunk      int
}

func main() {
	role, arguments := os.Args[1], os.Args[2:]
	var address string
	if role == "client" {
		address, arguments = arguments[0], arguments[1:]
	}
	var wanted settings
	check("settings", json.Unmarshal([]byte(arguments[0]), &wanted))
	p := peer{chunk: 1 << 30}
	if role == "client" {
		stream, err := net.Dial("tcp", address)
		check("dial", err)
		p.connection = tls.Client(stream, config(wanted))
	} else {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		check("listen", err)
		tell("listening", map[string]int{"port": listener.Addr().(*net.TCPAddr).Port})
		stream, err := listener.Accept()
		check("accept", err)
		p.connection = tls.Server(stream, config(wanted))
	}
	check("deadline", p.connection.SetDeadline(time.Now().Add(time.Minute)))
	check("handshake", p.connection.Handshake())
	tellState(p.connection.ConnectionState())
	for _, step := range arguments[1:] {
		p.do(step)
	}
	check("close", p.connection.Close())
}

func config(wanted settings) *tls.Config {
	config := &tls.Config{
		MinVersion:             tls.VersionTLS12,
		ServerName:             wanted.ServerName,
		NextProtos:             wanted.ALPN,
		InsecureSkipVerify:     wanted.Verify == "none",
		SessionTicketsDisabled: true,
	}
	for _, files := range wanted.Identities {
		pair, err := tls.LoadX509KeyPair(files[0], files[1])
		check("certificate", err)
		config.Certificates = append(config.Certificates, pair)
	}
	for _, group := range wanted.Groups {
		config.CurvePreferences = append(config.CurvePreferences, tls.CurveID(group))
	}
	if wanted.CA != "" {
		text, err := os.ReadFile(wanted.CA)
		check("ca", err)
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(text)
		config.ClientCAs = config.RootCAs
	}
	switch wanted.Verify {
	case "request":
		config.ClientAuth = tls.VerifyClientCertIfGiven
	case "require":
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config
}

func (p *peer) do(step string) {
	name, argument, _ := strings.Cut(step, ":")
	count, _ := strconv.Atoi(argument)
	switch name {
	case "ping":
		p.ping(count)
	case "echo":
		_, err := io.CopyN(chunked{p}, p.connection, int64(count))
		check("echo", err)
	case "chunk":
		p.chunk = count
	case "export":
		length, label, _ := strings.Cut(argument, ":")
		count, _ := strconv.Atoi(length)
		state := p.connection.ConnectionState()
		material, err := state.ExportKeyingMaterial(label, nil, count)
		check("export", err)
		tell("export", []string{base64.StdEncoding.EncodeToString(material)})
	case "shutdown":
		check("shutdown", p.connection.CloseWrite())
	case "closed":
		count, err := p.connection.Read(make([]byte, 1))
		if count > 0 || !errors.Is(err, io.EOF) {
			check("closed", fmt.Errorf("%d bytes, %w", count, err))
		}
	case "abort":
		check("abort", p.connection.NetConn().Close())
		os.Exit(0)
	default:
		check(step, errors.New("no such step"))
	}
}

func (p *peer) ping(length int) {
	data := payload(p.position, length)
	p.position += length
	sent := make(chan error, 1)
	go func() {
		_, err := chunked{p}.Write(data)
		sent <- err
	}()
	back := make([]byte, length)
	_, err := io.ReadFull(p.connection, back)
	check("receive", err)
	check("send", <-sent)
	if string(back) != string(data) {
		fmt.Fprintln(os.Stderr, "wrong payload")
		os.Exit(2)
	}
}

// chunked writes at most a chunk by one call.
type chunked struct{ p *peer }

func (c chunked) Write(data []byte) (int, error) {
	for done := 0; done < len(data); {
		count, err := c.p.connection.Write(data[done:min(len(data), done+c.p.chunk)])
		if err != nil {
			return done, err
		}
		done += count
	}
	return len(data), nil
}

// payload gives a part of the payload: lines of 63 digits.
func payload(position, length int) []byte {
	var text strings.Builder
	first := position / 64
	for line := uint64(first); text.Len() < position-first*64+length; line++ {
		fmt.Fprintf(&text, "%063d\n", (line+1)*0x9E3779B97F4A7C15)
	}
	return []byte(text.String())[position-first*64:][:length]
}

func tellState(state tls.ConnectionState) {
	tell("info", map[string]any{
		"protocol":        tls.VersionName(state.Version),
		"cipher_suite":    tls.CipherSuiteName(state.CipherSuite),
		"group":           uint16(state.CurveID),
		"hello_retry":     state.HelloRetryRequest,
		"alpn":            state.NegotiatedProtocol,
		"server_name":     state.ServerName,
		"peer_chain":      len(state.PeerCertificates),
		"verified_chains": len(state.VerifiedChains),
	})
}

func tell(name string, value any) {
	text, err := json.Marshal(map[string]any{name: value})
	check("json", err)
	fmt.Println(string(text))
}

func check(what string, err error) {
	if err == nil {
		return
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
	os.Exit(1)
}
