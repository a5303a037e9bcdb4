import 'package:flutter/material.dart';

import 'directory.dart';
import 'sign_in.dart';
import 'staff_api.dart';

void main() => runApp(StaffApp(api: StaffApi(Uri.base)));

/// The staff directory: a person signs in and finds colleagues.
class StaffApp extends StatefulWidget {
  const StaffApp({super.key, required this.api});

  final StaffApi api;

  @override
  State<StaffApp> createState() => _StaffAppState();
}

class _StaffAppState extends State<StaffApp> {
  bool _signedIn = false;

  @override
  Widget build(BuildContext context) {
    return MaterialApp(
      title: 'Staff',
      theme: ThemeData(colorSchemeSeed: Colors.indigo),
      home: _signedIn
          ? DirectoryPage(api: widget.api, onSignedOut: () => setState(() => _signedIn = false))
          : SignInPage(api: widget.api, onSignedIn: () => setState(() => _signedIn = true)),
    );
  }
}
