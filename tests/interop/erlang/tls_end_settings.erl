%% What is wanted, as Erlang's ssl has it.
-module(tls_end_settings).
-export([client/1, server/1]).

client(#{name := Name} = Wanted) ->
    common(Wanted) ++ list(alpn, alpn_advertised_protocols, fun list_to_binary/1, Wanted) ++
        [{server_name_indication, if Name =:= "" -> disable; true -> Name end},
         %% Wildcards as RFC 9525 has them; by itself it takes none.
         {customize_hostname_check, [{match_fun, public_key:pkix_verify_hostname_match_fun(https)}]}].

server(Wanted) ->
    common(Wanted) ++ list(alpn, alpn_preferred_protocols, fun list_to_binary/1, Wanted) ++
        [{fail_if_no_peer_cert, true} || maps:get(verify, Wanted) =:= "require"].

common(Wanted) ->
    [{versions, ['tlsv1.3']}, {log_level, none}, {depth, 9}] ++
        verify(Wanted) ++ identity(Wanted) ++
        list(groups, supported_groups, fun list_to_atom/1, Wanted) ++
        list(suites, ciphers, fun ssl:str_to_suite/1, Wanted) ++
        list(schemes, signature_algs, fun list_to_atom/1, Wanted) ++
        list(certificate_schemes, signature_algs_cert, fun list_to_atom/1, Wanted).

verify(#{verify := "none"}) -> [{verify, verify_none}];
verify(#{ca := Anchors}) -> [{verify, verify_peer}, {cacertfile, Anchors}].

identity(#{chain := Chain, key := Key}) -> [{certfile, Chain}, {keyfile, Key}];
identity(_) -> [].

list(Name, Option, Convert, Wanted) ->
    case Wanted of
        #{Name := Text} -> [{Option, [Convert(Each) || Each <- string:lexemes(Text, ",")]}];
        _ -> []
    end.
