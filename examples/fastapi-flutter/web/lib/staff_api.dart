import 'dart:convert';

import 'package:http/http.dart' as http;

/// An employee as the application tier tells of one.
class Employee {
  const Employee({required this.number, required this.name, required this.team, required this.email});

  factory Employee.fromJson(Map<String, dynamic> json) => Employee(
        number: json['number'] as String,
        name: json['name'] as String,
        team: json['team'] as String,
        email: json['email'] as String,
      );

  final String number;
  final String name;
  final String team;
  final String email;
}

/// What went wrong, in words for a person.
class ApiProblem implements Exception {
  const ApiProblem(this.message);

  final String message;

  @override
  String toString() => message;
}

/// The application tier, which the edge serves below /api of the site's own address.
class StaffApi {
  StaffApi(this._base, {http.Client? client}) : _client = client ?? http.Client();

  final Uri _base;
  final http.Client _client;
  String? _token;

  Future<void> signUp(String email, String password) => _send('sign-up', {'email': email, 'password': password});

  Future<void> signIn(String email, String password) async {
    final answer = await _send('sign-in', {'email': email, 'password': password});
    _token = answer['token'] as String;
  }

  void signOut() => _token = null;

  Future<List<Employee>> employees(String query) async {
    final answer = await _client.get(
      _base.resolve('/api/employees').replace(queryParameters: {'query': query}),
      headers: {'Authorization': 'Bearer $_token'},
    );
    final body = _read(answer) as List<dynamic>;
    return [for (final each in body) Employee.fromJson(each as Map<String, dynamic>)];
  }

  Future<Map<String, dynamic>> _send(String path, Map<String, String> body) async {
    final answer = await _client.post(
      _base.resolve('/api/$path'),
      headers: {'Content-Type': 'application/json'},
      body: jsonEncode(body),
    );
    return _read(answer) as Map<String, dynamic>;
  }

  Object? _read(http.Response answer) {
    final body = answer.bodyBytes.isEmpty ? null : jsonDecode(utf8.decode(answer.bodyBytes));
    if (answer.statusCode >= 400) {
      final detail = body is Map && body['detail'] is String ? body['detail'] as String : 'the answer was ${answer.statusCode}';
      throw ApiProblem(detail);
    }
    return body;
  }
}
