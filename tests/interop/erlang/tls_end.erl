%% One end of a connection by Erlang's ssl, for the interop tests:
%%
%%   erl … -run tls_end main -extra client PORT NAME=VALUE… -- STEP…
%%   erl … -run tls_end main -extra server NAME=VALUE… -- STEP…
%%
%% The names are those of ../scripted.py; the steps and the output are those of ../peer.c, which is the other end.
-module(tls_end).
-export([main/0]).

-define(TIMEOUT, 60000).
-define(LINE_LENGTH, 64).
-define(WINDOW, 32768).

main() ->
    {Arguments, ["--" | Steps]} = lists:splitwith(fun(Each) -> Each =/= "--" end, init:get_plain_arguments()),
    Wanted = maps:from_list([named(Each) || Each <- Arguments, lists:member($=, Each)]),
    {ok, _} = application:ensure_all_started(ssl),
    logger:set_primary_config(level, none),
    try
        Socket = open(Arguments, Wanted),
        tell_info(Socket),
        lists:foldl(fun(Step, State) -> run(Step, Socket, State) end, #{position => 0, chunk => infinity}, Steps),
        ssl:close(Socket),
        halt(0)
    catch
        _:Reason ->
            io:format(standard_error, "~0p~n", [Reason]),
            halt(1)
    end.

named(Argument) ->
    [Name, Value] = string:split(Argument, "="),
    {list_to_atom(Name), Value}.

open(["client", Port | _], Wanted) ->
    {ok, Stream} = gen_tcp:connect({127, 0, 0, 1}, list_to_integer(Port), stream_options(), ?TIMEOUT),
    check(ssl:connect(Stream, tls_end_settings:client(Wanted), ?TIMEOUT));
open(["server" | _], Wanted) ->
    {ok, Listener} = ssl:listen(0, [{ip, {127, 0, 0, 1}}, {reuseaddr, true}] ++ stream_options() ++
                                    tls_end_settings:server(Wanted)),
    {ok, {_, Port}} = ssl:sockname(Listener),
    io:format("{\"listening\":{\"port\":~b}}~n", [Port]),
    {ok, Accepted} = ssl:transport_accept(Listener, ?TIMEOUT),
    check(ssl:handshake(Accepted, ?TIMEOUT)).

stream_options() -> [binary, {active, false}, {packet, raw}, {nodelay, true}].

check({ok, Value}) -> Value;
check({error, Reason}) -> error(Reason).

tell_info(Socket) ->
    {ok, Known} = ssl:connection_information(Socket, [selected_cipher_suite]),
    #{cipher := Cipher} = proplists:get_value(selected_cipher_suite, Known),
    Alpn = case ssl:negotiated_protocol(Socket) of
        {ok, Name} -> Name;
        {error, protocol_not_negotiated} -> <<>>
    end,
    io:format("{\"info\":{\"cipher\":\"~s\",\"alpn\":\"~s\"}}~n", [Cipher, Alpn]).

run(Step, Socket, State) ->
    case string:split(Step, ":") of
        ["ping", Length] -> ping(list_to_integer(Length), Socket, State);
        ["echo", Length] -> echo(list_to_integer(Length), Socket, State);
        ["chunk", Length] -> State#{chunk := list_to_integer(Length)};
        ["update", Direction] -> done(ssl:update_keys(Socket, direction(Direction)), State);
        ["shutdown"] -> done(ssl:close(Socket), State); % ssl:shutdown sends no close_notify
        ["closed"] -> closed(ssl:recv(Socket, 0, ?TIMEOUT), State);
        ["abort"] -> halt(0)
    end.

done(ok, State) -> State;
done({error, Reason}, _) -> error(Reason).

closed({error, closed}, State) -> State;
closed({error, Reason}, _) -> error(Reason).

direction("write") -> write;
direction("read_write") -> read_write.

ping(0, _, State) -> State;
ping(Left, Socket, #{position := Position} = State) ->
    Part = min(Left, ?WINDOW),
    Sent = payload(Position, Part),
    send(Socket, Sent, State),
    Sent = check(ssl:recv(Socket, Part, ?TIMEOUT)),
    ping(Left - Part, Socket, State#{position := Position + Part}).

echo(0, _, State) -> State;
echo(Left, Socket, State) ->
    Data = check(ssl:recv(Socket, min(Left, ?LINE_LENGTH), ?TIMEOUT)),
    send(Socket, Data, State),
    echo(Left - byte_size(Data), Socket, State).

send(Socket, Data, #{chunk := Chunk} = State) when byte_size(Data) > Chunk ->
    <<First:Chunk/binary, Rest/binary>> = Data,
    ok = ssl:send(Socket, First),
    send(Socket, Rest, State);
send(Socket, Data, _) ->
    ok = ssl:send(Socket, Data).

%% A part of the payload: whole lines of 63 digits.
payload(Position, Length) ->
    Lines = lists:seq(Position div ?LINE_LENGTH, (Position + Length) div ?LINE_LENGTH - 1),
    iolist_to_binary([line((Line + 1) * 16#9E3779B97F4A7C15 band 16#FFFFFFFFFFFFFFFF) || Line <- Lines]).

line(Number) -> string:right(integer_to_list(Number), ?LINE_LENGTH - 1, $0) ++ "\n".
