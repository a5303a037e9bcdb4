import 'package:flutter/material.dart';

import 'staff_api.dart';

/// Signs a person in, or up and in.
class SignInPage extends StatefulWidget {
  const SignInPage({super.key, required this.api, required this.onSignedIn});

  final StaffApi api;
  final VoidCallback onSignedIn;

  @override
  State<SignInPage> createState() => _SignInPageState();
}

class _SignInPageState extends State<SignInPage> {
  final _email = TextEditingController();
  final _password = TextEditingController();
  String _problem = '';

  @override
  void dispose() {
    _email.dispose();
    _password.dispose();
    super.dispose();
  }

  Future<void> _enter({required bool first}) async {
    try {
      if (first) {
        await widget.api.signUp(_email.text, _password.text);
      }
      await widget.api.signIn(_email.text, _password.text);
      widget.onSignedIn();
    } on ApiProblem catch (problem) {
      setState(() => _problem = problem.message);
    }
  }

  @override
  Widget build(BuildContext context) {
    return Scaffold(
      body: Center(
        child: SizedBox(
          width: 360,
          child: Column(
            mainAxisSize: MainAxisSize.min,
            children: [
              TextField(controller: _email, decoration: const InputDecoration(labelText: 'E-mail')),
              TextField(controller: _password, obscureText: true, decoration: const InputDecoration(labelText: 'Password')),
              const SizedBox(height: 16),
              FilledButton(onPressed: () => _enter(first: false), child: const Text('Sign in')),
              TextButton(onPressed: () => _enter(first: true), child: const Text('Sign up')),
              Text(_problem, style: TextStyle(color: Theme.of(context).colorScheme.error)),
            ],
          ),
        ),
      ),
    );
  }
}
